namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>Which members of the mail have to be made for a script.</summary>
internal static class ScriptMembers
{
    /// <summary>
    /// Octets. The members of a smaller mail are far from the limit of all together (ScriptMail.MostOctets), at which one member decides
    /// whether another one is cut.
    /// </summary>
    private const long LargestMail = 256 * 1024;

    /// <summary>
    /// Members that can be made without the others. What the checks said is not among them, nor are attachments with their problems, nor
    /// <c>truncated</c>, which tells about all.
    /// </summary>
    private static readonly HashSet<string> Single = new(StringComparer.Ordinal)
    {
        "id", "received_at", "size", "envelope", "sender", "recipient", "from", "to", "cc", "reply_to", "subject", "date", "message_id",
        "in_reply_to", "references", "headers", "text", "html", "reply_text", "kind", "calendar", "report",
    };

    /// <param name="read">The members that the script reads; null for all.</param>
    /// <param name="size">Octets of the mail.</param>
    /// <returns>The members to make; null for all, which is always right.</returns>
    public static IReadOnlySet<string>? Enough(IReadOnlySet<string>? read, long size) =>
        read is not null && size <= LargestMail && read.IsSubsetOf(Single) ? read : null;
}
