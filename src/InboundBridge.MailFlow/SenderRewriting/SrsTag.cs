namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>The first four characters of a local part that SRS made, and the separator after them.</summary>
internal static class SrsTag
{
    /// <summary>Rewritten once: the original sender is in the address.</summary>
    public const string Srs0 = "SRS0";

    /// <summary>Rewritten more than once: the server that rewrote first is in the address, and only that one knows the sender.</summary>
    public const string Srs1 = "SRS1";

    /// <summary>The separator that we write after the tag. Between the other parts it is always the equals sign.</summary>
    public const char Separator = '=';

    public const int Length = 4;

    /// <summary>Servers on the way may have changed the case. Other programs also write <c>-</c> and <c>+</c> after the tag.</summary>
    public static bool Begins(string local, string tag) =>
        local.Length > Length && local.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && local[Length] is '=' or '-' or '+';
}
