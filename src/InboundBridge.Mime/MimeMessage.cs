using InboundBridge.Mime.Addresses;
using InboundBridge.Mime.Bodies;
using InboundBridge.Mime.Calendar;
using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Kinds;
using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Replies;
using InboundBridge.Mime.Reports;
using InboundBridge.Mime.Structure;
using InboundBridge.Mime.Tnef;

namespace InboundBridge.Mime;

/// <summary>
/// A mail read lazily from its raw octets: the header block is indexed on first use, the structure when it is asked for, and parts are
/// decoded on demand. Never throws because of a mail's content; <see cref="Problems"/> names what was wrong. Not safe for concurrent use.
/// </summary>
public sealed class MimeMessage
{
    /// <summary>Most characters read of a text/calendar part.</summary>
    private const int LongestCalendar = 1024 * 1024;

    private readonly ProblemList _problems = new();
    private HeaderBlock? _header;
    private MimePart? _root;
    private MessageBodies? _bodies;
    private IReadOnlyList<MimeAttachment>? _attachments;
    private IReadOnlyList<string>? _kind;
    private bool _isReadingStructure;
    private Known<string?> _subject;
    private Known<DateTimeOffset?> _date;
    private Known<string?> _messageId;
    private Known<string?> _text;
    private Known<string?> _html;
    private Known<ReadOnlyMemory<char>?> _reply;
    private Known<CalendarContent?> _calendar;
    private Known<MailReport?> _report;

    private MimeMessage(MimeSource source, MimeLimits limits)
    {
        Source = source;
        Limits = limits;
    }

    public MimeSource Source { get; }

    public MimeLimits Limits { get; }

    public static MimeMessage Open(MimeSource source, MimeLimits? limits = null) => new(source, limits ?? MimeLimits.Default);

    /// <summary>All fields of the top header block in order.</summary>
    public IReadOnlyList<HeaderField> Headers => HeaderBlock.Fields;

    /// <summary>Octets from the start to the first octet of the body; the empty line after the header is included.</summary>
    public long BodyOffset => HeaderBlock.BodyOffset;

    /// <summary>The header is longer than <see cref="Limits"/> allow: fields are missing.</summary>
    public bool HeaderIsCut => HeaderBlock.IsCut;

    public string? Subject => _subject.Get(this, static message => message.HeaderBlock.FirstValue("Subject"));

    public DateTimeOffset? Date => _date.Get(this, static message => message.ReadDate());

    /// <summary>Without angle brackets.</summary>
    public string? MessageId => _messageId.Get(this, static message => MessageIds.First(message.HeaderBlock.FirstUnfolded("Message-ID")));

    public string? InReplyTo => MessageIds.First(HeaderBlock.FirstUnfolded("In-Reply-To"));

    public IReadOnlyList<string> References => field ??= MessageIds.List(HeaderBlock.FirstUnfolded("References"));

    /// <summary>The identifier of List-Id (RFC 2919), without angle brackets and description.</summary>
    public string? ListId => ListIdentifier.Of(HeaderBlock.Value("List-Id"));

    public IReadOnlyList<MailboxAddress> From => field ??= AddressesOf("From");

    public IReadOnlyList<MailboxAddress> To => field ??= AddressesOf("To");

    public IReadOnlyList<MailboxAddress> Cc => field ??= AddressesOf("Cc");

    public IReadOnlyList<MailboxAddress> ReplyTo => field ??= AddressesOf("Reply-To");

    /// <summary>The decoded value of the first field of that name, or null. Case does not matter.</summary>
    public string? Header(string name) => HeaderBlock.Value(name);

    /// <summary>The fields of that name in order, found without decoding any other. Case does not matter.</summary>
    public IEnumerable<HeaderField> HeadersOf(string name)
    {
        for (var index = HeaderBlock.Find(name); index >= 0; index = HeaderBlock.Find(name, index + 1))
            yield return HeaderBlock.Field(index);
    }

    /// <summary>How many fields of that name there are. Case does not matter.</summary>
    public int CountOf(string name)
    {
        var count = 0;
        for (var index = HeaderBlock.Find(name); index >= 0; index = HeaderBlock.Find(name, index + 1))
            count++;
        return count;
    }

    /// <summary>The parts of the mail; the root is the mail itself.</summary>
    public MimePart Structure => _root ??= ReadStructure();

    /// <summary>The plain text a person sees; made from the HTML where there is no plain part; null when there is neither.</summary>
    public string? Text => _text.Get(this, static message => message.BodyTexts.Readable());

    public string? Html => _html.Get(this, static message => message.BodyTexts.Html());

    /// <summary>The new part of a reply, without quotes and signature; null when there is no text.</summary>
    public string? ReplyText => Reply?.ToString();

    /// <summary><see cref="ReplyText"/> without a copy: usually a slice of <see cref="Text"/>.</summary>
    public ReadOnlyMemory<char>? Reply => _reply.Get(this, static message => message.ReadReply());

    /// <summary>
    /// <see cref="Text"/> and <see cref="ReplyText"/> as UTF-8, for callers that pass them on as UTF-8: the same content without a string
    /// of the same size. Dispose of it. Null where the text must be made first, from HTML, several parts, another charset or flowed lines:
    /// use the string then.
    /// </summary>
    public Utf8Text? OpenText() => _text.IsKnown ? null : BodyTexts.OpenUtf8()?.Of(this);

    /// <summary><see cref="Html"/> in the same way. Null also where there is no HTML, and where the text was made from it.</summary>
    public Utf8Text? OpenHtml() => _html.IsKnown ? null : BodyTexts.OpenHtml();

    public IReadOnlyList<MimeAttachment> Attachments => _attachments ??= AttachmentList.Of(Structure, Tnef);

    /// <summary>Any of <c>bounce auto_reply list calendar encrypted signed report</c>.</summary>
    public IReadOnlyList<string> Kind => _kind ??= MessageKind.Of(this);

    /// <summary>iTIP data of the first text/calendar part; null when there is none.</summary>
    public CalendarContent? Calendar => _calendar.Get(this, static message => message.ReadCalendar());

    /// <summary>The delivery, disposition, abuse, DMARC or TLS report that the mail is; null when it is none.</summary>
    public MailReport? Report => _report.Get(this, static message => MailReports.Of(message.Structure, message._problems));

    /// <summary>What is wrong with the mail as far as it has been read, in plain words; bounded.</summary>
    public IReadOnlyList<string> Problems => _problems.Texts;

    /// <summary>
    /// Whether reading the whole mail may cost more memory than its size suggests, because a part is packed or becomes many small objects:
    /// a report, a winmail.dat.
    /// </summary>
    public bool GrowsWhenRead => MailReports.MayHoldReport(Structure) || Array.Exists(Structure.Leaves, TnefParts.IsTnef);

    /// <summary>Octets of the text parts, still encoded.</summary>
    public long TextOctets
    {
        get
        {
            var octets = 0L;
            foreach (var part in Structure.Leaves)
            {
                if (part.ContentType.Type == "text")
                    octets += part.BodyEnd - part.BodyOffset;
            }
            return octets;
        }
    }

    /// <summary>
    /// The cap, in words, that kept some header fields or parts from being seen; null where all were. Complete once
    /// <see cref="Structure"/> was read.
    /// </summary>
    public string? CutBy => _problems.CutBy;

    internal HeaderBlock HeaderBlock => _header ??= ReadHeader();

    internal MessageBodies BodyTexts => _bodies ??= new MessageBodies(Structure, Limits, Tnef, _problems);

    /// <summary>True where the header or subject shows that the mail answers or forwards another one.</summary>
    internal bool IsAnswer => HeaderBlock.Has("In-Reply-To") || HeaderBlock.Has("References") || (Subject is { } subject
        && SubjectPrefix.IsOfAnswer(subject));

    private TnefParts Tnef => field ??= new TnefParts(Limits.TextCharacters, _problems);

    private HeaderBlock ReadHeader()
    {
        using var window = new SourceWindow(Source);
        var block = new HeaderBlockReader(window, 0, Limits.HeaderBytes, Limits.HeaderCount, _problems).Read();
        block.Mail = this;
        return block;
    }

    /// <summary>Reads the structure unless a caller further up is reading it at the moment.</summary>
    internal void ReadStructureOnce()
    {
        if (!_isReadingStructure)
            _ = Structure;
    }

    private MimePart ReadStructure()
    {
        _isReadingStructure = true;
        using var window = new SourceWindow(Source);
        return new StructureReader(Source, window, Limits, _problems).Read(HeaderBlock);
    }

    private ReadOnlyMemory<char>? ReadReply()
    {
        if (Text is not { } text)
            return null;
        // Where nothing is left, the author may have written inside the marked quote.
        if (BodyTexts.ReadableWithQuotes() is { } marked && NewText.Of(marked.AsMemory(), IsAnswer) is { IsEmpty: false } reply)
            return reply;
        return NewText.Of(text.AsMemory(), IsAnswer);
    }

    private DateTimeOffset? ReadDate()
    {
        var index = HeaderBlock.Find("Date");
        if (index < 0)
            return null;
        return MailDate.Parse(HeaderBlock.RawValue(index))
            ?? (HeaderBlock.Unfolded("Date") is "" ? MailDate.Parse(HeaderBlock.FirstUnfolded("Date")) : null);
    }

    private CalendarContent? ReadCalendar()
    {
        foreach (var part in Structure.Leaves)
        {
            if (MessageKind.IsCalendar(part)
                && CalendarReader.Read(PartText.Read(part, LongestCalendar, _problems), part.ContentType.Parameter("method"))
                is { } content)
                return content;
        }
        return null;
    }

    private IReadOnlyList<MailboxAddress> AddressesOf(string name)
    {
        var index = HeaderBlock.Find(name);
        if (index < 0)
            return [];
        var found = AddressesAt(index, Limits.Addresses);
        // RFC 5322 §3.6 allows each of these fields once. All are read; otherwise a second field could hide an address from a rule.
        while ((index = HeaderBlock.Find(name, index + 1)) >= 0)
        {
            _problems.Add($"more than one {name} field");
            if (found.Count >= Limits.Addresses)
                break;
            found = [.. found, .. AddressesAt(index, Limits.Addresses - found.Count)];
        }
        return found;
    }

    private IReadOnlyList<MailboxAddress> AddressesAt(int index, int most)
    {
        var raw = HeaderBlock.RawValue(index);
        return most > 0 && UsualMailbox.Read(raw) is { } only ? [only]
            : AddressListParser.Parse(HeaderText.Unfold(raw, HeaderBlock), most, _problems);
    }

    /// <summary>A value computed once; it may be null.</summary>
    private struct Known<T>
    {
        private T _value;

        public bool IsKnown { get; private set; }

        public T Get(MimeMessage message, Func<MimeMessage, T> read)
        {
            if (!IsKnown)
            {
                _value = read(message);
                IsKnown = true;
            }
            return _value;
        }
    }
}
