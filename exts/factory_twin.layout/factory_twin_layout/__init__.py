# SPDX-License-Identifier: Apache-2.0
"""The Factory Layout panel: what stands where, what is wrong with it, change it."""
