"""Text: corpus -> word ids -> vectors -> generator and discriminator -> decoded sentences."""
