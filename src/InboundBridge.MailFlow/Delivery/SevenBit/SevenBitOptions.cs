using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Limits of the conversion. A mail that exceeds one is not converted, and its delivery fails. A mail's size needs no limit: the conversion
/// reads and writes it in pieces.
/// </summary>
internal sealed record SevenBitOptions
{
    public static SevenBitOptions Default { get; } = new();

    /// <summary>
    /// Octets of a field that is encoded. MimeKit's time for a list of hostile addresses grows with the square of its length: 0.7 s here.
    /// </summary>
    public int LargestField { get; init; } = 16 * 1024;

    /// <summary>Octets of all fields of one mail that are encoded, those of its parts and of the mails inside it included.</summary>
    public int AllFields { get; init; } = 64 * 1024;

    /// <summary>Mails inside mails (message/rfc822). Each level reads its content once more.</summary>
    public int Depth { get; init; } = 10;

    /// <summary>Mails that are converted at the same time in the whole process, because this is work for the processor alone.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>As for payloads, but for more parts, which cost little here.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default with { Parts = 10_000 };
}
