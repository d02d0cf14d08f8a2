namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>
/// RFC 6376 §3.4.4: white space becomes one space inside a line and nothing at its end; an empty body has no line end. Runs of text without
/// anything to change are found by vectors and hashed as they came.
/// </summary>
internal sealed class RelaxedBody : BodyCanonicalizer
{
    /// <summary>White space came that counts only if something other than a line end follows.</summary>
    private bool _space;

    private bool _hasContent;

    protected override void TakeWhole(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (octets[0] is (byte)' ' or (byte)'\t')
            {
                _space = true;
                octets = octets.TrimStart(" \t"u8);
                continue;
            }
            if (_space && octets is [(byte)'\r', (byte)'\n', ..])
            {
                EndLine();
                octets = octets[2..];
                continue;
            }
            var run = octets[..CleanText.Length(octets)];
            octets = octets[run.Length..];
            // A space at the end of the piece: what follows it is not known yet.
            var isSpaceLast = run is [.., (byte)' '];
            run = WithoutLastLineEnds(isSpaceLast ? run[..^1] : run, out var lineEnds);
            Write(run);
            Waiting += lineEnds;
            _space = isSpaceLast;
        }
    }

    protected override void EndLine()
    {
        _space = false;
        Waiting++;
    }

    protected override void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        WriteWaiting();
        if (_space)
            Digest.Write(" "u8);
        Digest.Write(octets);
        (_space, _hasContent) = (false, true);
    }

    protected override void End()
    {
        if (_hasContent)
            Digest.Write("\r\n"u8);
    }
}
