namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Finds the end of a header for every kind of reader. Some readers end lines only at CRLF, some at LF, some at CR too. When line ends are
/// mixed, an empty line ends the header for some of them, while others still read fields. Then the header counts as continuing up to CRLF
/// CRLF.
/// </summary>
internal struct HeaderLineEnds
{
    private Ending _last;
    private Ending _before;
    private bool _hasContent;
    private bool _wasEmpty;
    private bool _openCr;
    private bool _sawCr;

    private enum Ending
    {
        /// <summary>The start of the message, which follows a field of ours.</summary>
        Start,
        Cr,
        Lf,
        CrLf,
    }

    /// <summary>The octet is the LF of the CR just before it.</summary>
    public readonly bool Completes(byte octet) => octet == (byte)'\n' && _openCr;

    /// <summary>An octet that is not a line end.</summary>
    public void Content() => (_hasContent, _openCr) = (true, false);

    /// <summary>A CR or LF. True when the header has ended for every reader.</summary>
    public bool End(byte octet)
    {
        if (Completes(octet))
        {
            (_last, _openCr) = (Ending.CrLf, false);
            return _wasEmpty && _before is (Ending.CrLf or Ending.Start);
        }
        (_before, _wasEmpty, _hasContent) = (_last, !_hasContent, false);
        _openCr = octet == (byte)'\r';
        _sawCr |= _openCr;
        _last = _openCr ? Ending.Cr : Ending.Lf;
        return !_openCr && _wasEmpty && !_sawCr && _before is (Ending.Lf or Ending.Start);
    }
}
