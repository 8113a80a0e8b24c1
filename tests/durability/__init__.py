"""What survives: kills at every point, power cuts, full disks, damage, and two who want the same project."""
