using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>Looks at two columns of a message as they are stored. Most rows that a filter does not want are never decoded.</summary>
internal sealed class MessageLook(MessageFilter filter)
{
    /// <summary>JSON escapes quotes in texts, so that these octets are only at the beginning of the recipients.</summary>
    private static ReadOnlySpan<byte> Recipients => "\"recipients\":"u8;

    private readonly OctetSearch? _subject = OctetSearch.InText(filter.Subject);
    private readonly OctetSearch? _sender = OctetSearch.InJson(filter.Sender);
    private readonly OctetSearch? _recipient = OctetSearch.InJson(filter.Recipient);

    /// <summary>What the subject has somewhere, in small letters; null: anything.</summary>
    public string? Subject => _subject?.Wanted;

    /// <summary>As <see cref="Subject"/>, of the sender in the envelope.</summary>
    public string? Sender => _sender?.Wanted;

    /// <summary>As <see cref="Subject"/>, of the recipients in the envelope.</summary>
    public string? Recipient => _recipient?.Wanted;

    /// <summary>False: the filter does not want this message. True: perhaps it does.</summary>
    /// <param name="subject">Empty for none.</param>
    /// <param name="envelope">As JSON.</param>
    public bool MayFit(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> envelope)
    {
        if (_subject is not null && !_subject.IsIn(subject))
            return false;
        if (_sender is null && _recipient is null)
            return true;
        var start = envelope.IndexOf(Recipients);
        return (_sender?.IsIn(start < 0 ? envelope : envelope[..start]) ?? true)
            && (_recipient?.IsIn(start < 0 ? envelope : envelope[start..]) ?? true);
    }
}
