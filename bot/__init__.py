"""Slipway, a self-hosted release bot for Slack."""
