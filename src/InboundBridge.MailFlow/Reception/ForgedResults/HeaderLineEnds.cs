namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Follows a header's line ends, to tell where it is over for every reader. Some end lines at CRLF only, some at LF, some at CR too. Where line ends are mixed,
/// an empty line ends the header for some of them and not for others, and what follows is a field to those: then it goes on up to CRLF CRLF.
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
        /// <summary>The mail begins here, behind a line of ours.</summary>
        Start,
        Cr,
        Lf,
        CrLf,
    }

    /// <summary>The octet is the LF of a CR that came right before.</summary>
    public readonly bool Completes(byte octet) => octet == (byte)'\n' && _openCr;

    /// <summary>An octet that ends no line.</summary>
    public void Content() => (_hasContent, _openCr) = (true, false);

    /// <summary>A CR or LF. True: the header is over for everybody.</summary>
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
