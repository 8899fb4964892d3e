# SPDX-License-Identifier: Apache-2.0
"""The Factory Run panel: simulate a shift, watch its progress, read the result, see it move."""
