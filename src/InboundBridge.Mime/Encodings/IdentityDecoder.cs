namespace InboundBridge.Mime.Encodings;

/// <summary>Passes octets through: 7bit, 8bit, binary and unknown encodings.</summary>
internal sealed class IdentityDecoder : TransferDecoder
{
    public override void Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written)
    {
        written = consumed = Math.Min(input.Length, output.Length);
        input[..consumed].CopyTo(output);
    }
}
