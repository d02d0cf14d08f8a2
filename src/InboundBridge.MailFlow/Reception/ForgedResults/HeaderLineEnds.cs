namespace InboundBridge.MailFlow.Reception.ForgedResults;

/// <summary>
/// Follows a header's line ends, to tell where it is over for every reader. Some end lines at CRLF only, some at LF, some at CR too. Where line ends are mixed,
/// an empty line ends the header for some of them and not for others, and what follows is a field to those: then it goes on up to CRLF CRLF.
/// </summary>
internal sealed class HeaderLineEnds
{
    private Ending _last = Ending.Start;
    private Ending _before = Ending.Start;
    private bool _isEmpty = true;
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
    public bool Completes(byte octet) => octet == (byte)'\n' && _openCr;

    /// <summary>An octet that ends no line.</summary>
    public void Content() => (_isEmpty, _openCr) = (false, false);

    /// <summary>A CR or LF. True: the header is over for everybody.</summary>
    public bool End(byte octet)
    {
        if (Completes(octet))
        {
            (_last, _openCr) = (Ending.CrLf, false);
            return _wasEmpty && _before is (Ending.CrLf or Ending.Start);
        }
        (_before, _wasEmpty, _isEmpty) = (_last, _isEmpty, true);
        _openCr = octet == (byte)'\r';
        _sawCr |= _openCr;
        _last = _openCr ? Ending.Cr : Ending.Lf;
        return !_openCr && _wasEmpty && !_sawCr && _before is (Ending.Lf or Ending.Start);
    }
}
