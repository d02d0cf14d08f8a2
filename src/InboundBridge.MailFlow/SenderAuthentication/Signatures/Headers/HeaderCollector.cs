using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

/// <summary>
/// Takes a mail's octets in pieces until its header is complete, and keeps them if there is a signature among its fields. Lines end at LF
/// with or without CR before it, as for our reader of mail: a field that readers see must be one that signatures see too. What is kept
/// are the octets as they came.
/// </summary>
internal sealed class HeaderCollector(SignatureOptions options) : IDisposable
{
    private readonly OctetBuffer _kept = new();
    private int _lineStart;
    private int _searched;

    /// <summary>The empty line has come, or the mail has ended.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The header is longer than the limit: nothing is kept any more, and where the body begins is not found out.</summary>
    public bool IsTooLong { get; private set; }

    public bool HasDkim { get; private set; }

    public bool HasArc { get; private set; }

    /// <summary>The fields with their line ends, without the empty line. Empty without a signature.</summary>
    public ReadOnlyMemory<byte> Octets => _kept.Memory;

    /// <returns>How many of the octets belong to the header, with the empty line; the others are the body.</returns>
    public int Take(ReadOnlySpan<byte> octets)
    {
        if (IsComplete)
            return 0;
        if (IsTooLong)
            return octets.Length;
        // Usually the whole header is in the first piece. Then it is copied only if there is a signature.
        var before = _kept.Length;
        if (before == 0 && Scan(octets) is { } end)
            return Complete(octets[.._lineStart], end);
        _kept.Append(octets);
        if (before > 0 && Scan(_kept.Span) is { } bodyStart)
        {
            _kept.Shorten(_lineStart);
            return Complete([], bodyStart - before);
        }
        GiveUpBeyondLimit();
        return octets.Length;
    }

    /// <summary>The mail ended; inside its header, if that is not complete.</summary>
    public void End()
    {
        if (IsComplete || IsTooLong)
            return;
        if (_lineStart < _kept.Length)
            Note(_kept.Span[_lineStart..]);
        Complete([], 0);
    }

    public void Dispose() => _kept.Dispose();

    /// <param name="header">What is not kept yet of it.</param>
    private int Complete(ReadOnlySpan<byte> header, int end)
    {
        IsComplete = true;
        IsTooLong = _kept.Length + header.Length > options.HeaderSize;
        if (IsTooLong || !(HasDkim || HasArc))
            _kept.Dispose();
        else
            _kept.Append(header);
        return end;
    }

    private void GiveUpBeyondLimit()
    {
        // The last octet may be the CR of the empty line, which does not count.
        if (_kept.Length <= options.HeaderSize + 1)
            return;
        IsTooLong = true;
        _kept.Dispose();
    }

    /// <summary>The number of octets up to the body; null while the empty line has not come.</summary>
    private int? Scan(ReadOnlySpan<byte> octets)
    {
        while (octets[_searched..].IndexOf((byte)'\n') is >= 0 and var at)
        {
            var line = octets[_lineStart..(_searched + at)];
            if (line.IsEmpty || line is [(byte)'\r'])
                return _searched + at + 1;
            Note(line);
            _lineStart = _searched += at + 1;
        }
        _searched = octets.Length;
        return null;
    }

    private void Note(ReadOnlySpan<byte> line)
    {
        switch (line[0] | 0x20)
        {
            case 'd':
                HasDkim |= options.Dkim && Begins(line, "dkim-signature"u8);
                break;
            case 'a':
                HasArc |= options.Arc && (Begins(line, "arc-seal"u8) || Begins(line, "arc-message-signature"u8)
                    || Begins(line, "arc-authentication-results"u8));
                break;
        }
    }

    private static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name)
            && line[name.Length..].TrimStart(" \t"u8) is [(byte)':', ..];
}
