using System.Text;

namespace InboundBridge.Logging;

/// <summary>Masks the configuration's secrets in texts that leave the process by another way than the log.</summary>
internal static class SecretMask
{
    public static Func<string, string> Of(IReadOnlyList<string> secrets)
    {
        var filter = new SecretFilter(secrets);
        return text => filter.Hide(Encoding.UTF8.GetBytes(text)) is { } hidden ? Encoding.UTF8.GetString(hidden) : text;
    }
}
