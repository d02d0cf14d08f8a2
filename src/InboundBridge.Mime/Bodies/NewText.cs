namespace InboundBridge.Mime.Bodies;

/// <summary>The part of a reply that its author wrote.</summary>
internal static class NewText
{
    public static string Of(string text) => text.TrimEnd();
}
