namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>RFC 6376 §3.4.3: as it came, with exactly one line end at its end.</summary>
internal sealed class SimpleBody : BodyCanonicalizer
{
    protected override void TakeWhole(ReadOnlySpan<byte> octets)
    {
        octets = WithoutLastLineEnds(octets, out var lineEnds);
        Write(octets);
        Waiting += lineEnds;
    }

    protected override void EndLine() => Waiting++;

    protected override void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        WriteWaiting();
        Digest.Write(octets);
    }

    protected override void End() => Digest.Write("\r\n"u8);
}
