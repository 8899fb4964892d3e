# SPDX-License-Identifier: Apache-2.0
"""The Factory Live panel: is the plant connected, what does it say now, what is wrong."""
