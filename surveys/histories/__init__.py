"""What becomes of items between rounds: reworded, merged, split, added, asked again, each with a reason."""
