using InboundBridge.Text;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>What a destination answered about a delivery or about one of its recipients; or our own words where nothing answered.</summary>
/// <param name="Code">
/// The SMTP reply code, or the HTTP status. Null when nothing answered, or when the reply was stored before codes were.
/// </param>
/// <param name="Enhanced">The status code of RFC 3463, for example <c>5.1.1</c>. Null when the destination gave none.</param>
/// <param name="Text">The whole reply on one line, its codes included: the line that people read.</param>
/// <param name="RemoteHost">The host that answered. Null when none did.</param>
public sealed record DeliveryReply(int? Code, string? Enhanced, string Text, string? RemoteHost)
{
    /// <summary>
    /// Characters of a reply that are kept: enough for what servers say, and a bound on what a hostile one makes us store.
    /// </summary>
    public const int LongestText = 500;

    /// <summary>Our own words, which no destination said.</summary>
    public static DeliveryReply FromText(string text) => new(null, null, text, null);

    /// <summary>This reply, no longer than <see cref="LongestText"/>.</summary>
    public DeliveryReply Cut() => Text.Length <= LongestText ? this : this with { Text = CutText.At(Text, LongestText) };

    public override string ToString() => Text;
}
