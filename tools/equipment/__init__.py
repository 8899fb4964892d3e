# SPDX-License-Identifier: Apache-2.0
"""The catalogue's own equipment below `data/assets`, beside that of the sample factory."""
