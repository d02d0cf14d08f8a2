namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>
/// The file of an export (docs/backup.md): a line that names format and version, then frames of one octet of kind, four octets of length
/// (highest first) and a payload. Frames make entries, and each entry ends with a frame that holds SHA-256 of the digest before it and of
/// all octets since. So each digest covers its entry and everything before: what is cut, changed, swapped or left out is found at its
/// entry, and the last digest is that of the whole file.
/// </summary>
internal static class ExportFormat
{
    public const int Version = 1;

    public const string Name = "InboundBridge spool export ";

    /// <summary>Octets of the first line, at most; a version has few digits.</summary>
    public const int LongestLine = 64;

    public const int FrameHeader = 5;

    /// <summary>
    /// Octets of a frame that is JSON. Our choice: a delivery of 100,000 recipients with their replies fits, and whoever reads a hostile
    /// file takes no more memory than that.
    /// </summary>
    public const int LongestJson = 64 * 1024 * 1024;

    /// <summary>Octets of the JSON of one mail with all its deliveries, which are in memory together.</summary>
    public const long LongestRecords = 4L * LongestJson;

    /// <summary>Octets of the body in one frame.</summary>
    public const int LongestPiece = 256 * 1024;

    /// <summary>Octets of a prelude: header fields that are kept in the message's row.</summary>
    public const int LongestPrelude = 1024 * 1024;

    /// <summary>Entries of greylisting in a frame.</summary>
    public const int GreylistPage = 500;

    public static ReadOnlySpan<byte> FirstLine => "InboundBridge spool export 1\n"u8;
}

/// <summary>Kinds of frames.</summary>
internal enum FrameKind : byte
{
    /// <summary><see cref="ExportHeader"/>, the first frame.</summary>
    Header = (byte)'H',

    /// <summary>A message; its deliveries and octets follow.</summary>
    Message = (byte)'M',
    Delivery = (byte)'D',
    Body = (byte)'B',
    Pauses = (byte)'P',
    Greylist = (byte)'G',
    Note = (byte)'N',

    /// <summary><see cref="ExportTotals"/>, the last entry.</summary>
    Totals = (byte)'Z',

    /// <summary>The end of an entry: the digest.</summary>
    End = (byte)'E',
}
