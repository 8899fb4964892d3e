# SPDX-License-Identifier: Apache-2.0
"""Figures of a vibration's waveform: velocity in a band, crest factor, kurtosis, peak of the envelope's spectrum."""

from __future__ import annotations

import numpy as np

from .fault import Floats

LOW, HIGH = 10.0, 1000.0
"""Band of the velocity rms, Hz, as in ISO 20816."""


def spectrum(wave: Floats, rate: float) -> tuple[Floats, Floats]:
    """Return (frequencies in Hz, amplitude of the sine at each) of a waveform sampled `rate` times per second.

    A Hann window; a sine between two frequencies shows up to 15 % too low.
    """
    window = np.hanning(len(wave) + 1)[:-1]
    lines = np.abs(np.fft.rfft((wave - wave.mean()) * window)) * 2.0 / window.sum()
    return np.fft.rfftfreq(len(wave), 1.0 / rate), lines


def velocity_rms(wave: Floats, rate: float, low: float = LOW, high: float = HIGH) -> float:
    """Return the velocity rms (m/s) in a band of an acceleration (m/s2) sampled `rate` times per second."""
    window = np.hanning(len(wave) + 1)[:-1]
    power = np.abs(np.fft.rfft((wave - wave.mean()) * window)) ** 2
    power[1:-1] *= 2.0
    frequency = np.fft.rfftfreq(len(wave), 1.0 / rate)
    inside = (frequency >= low) & (frequency <= high) & (frequency > 0)
    power = power[inside] / (2.0 * np.pi * frequency[inside]) ** 2
    return float(np.sqrt(power.sum() / (len(wave) * np.square(window).sum())))


def features(
    wave: Floats, rate: float, *, defect: float = 0.0, band: tuple[float, float] = (2000.0, 4000.0)
) -> dict[str, float]:
    """Return the figures of an acceleration's waveform (m/s2).

    Args:
        wave: The waveform.
        rate: Values per second.
        defect: Passing frequency of the defect looked for, Hz; 0: none, and no `envelope_defect`.
        band: Where impacts ring, Hz; the envelope is taken there.

    Returns:
        `vibration` (velocity rms 10 Hz to 1 kHz, m/s), `acceleration` (rms, m/s2), `crest`, `kurtosis` (3 for noise),
        `envelope_peak` (m/s2, largest line of the envelope's spectrum), `envelope_frequency` (Hz, where), and
        `envelope_defect` (m/s2, the largest line within 2 % of the defect's frequency).
    """
    centred = wave - wave.mean()
    rms = float(np.sqrt(np.mean(centred**2))) or np.finfo(float).tiny
    frequency, lines = spectrum(envelope(centred, rate, band), rate)
    seen = (frequency >= 5.0) & (frequency <= 500.0)
    peak = int(np.argmax(np.where(seen, lines, 0.0)))
    out = {
        "vibration": velocity_rms(wave, rate),
        "acceleration": rms,
        "crest": float(np.max(np.abs(centred))) / rms,
        "kurtosis": float(np.mean(centred**4)) / rms**4,
        "envelope_peak": float(lines[peak]),
        "envelope_frequency": float(frequency[peak]),
    }
    if defect > 0:
        near = np.abs(frequency - defect) <= max(0.02 * defect, frequency[1])
        out["envelope_defect"] = float(np.max(lines[near], initial=0.0))
    return out


def envelope(wave: Floats, rate: float, band: tuple[float, float]) -> Floats:
    """Return the envelope of a waveform in a band (Hz): the size of its analytic signal."""
    lines = np.fft.fft(wave)
    frequency = np.fft.fftfreq(len(wave), 1.0 / rate)
    return np.asarray(np.abs(np.fft.ifft(np.where((frequency >= band[0]) & (frequency <= band[1]), 2.0 * lines, 0.0))))
