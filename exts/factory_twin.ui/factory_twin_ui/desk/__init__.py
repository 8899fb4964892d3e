# SPDX-License-Identifier: Apache-2.0
"""The desktop application: the same panels on NVIDIA's ovui, with a 3D view of its own, a clock, menus and file dialogs.

`host` and everything that computes (`camera`, `geometry`, `scene`, `clock`) work without omni.ui; `backend` loads it.
"""
