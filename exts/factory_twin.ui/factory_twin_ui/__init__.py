# SPDX-License-Identifier: Apache-2.0
"""What panels share (tables, forms, charts, styles) and the host that joins them to Kit (`kit`) or the desktop (`desk`)."""
