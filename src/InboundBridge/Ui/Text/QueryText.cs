using System.Text;

namespace InboundBridge.Ui.Text;

/// <summary>Writes addresses with a query; values are encoded, empty ones left out.</summary>
internal static class QueryText
{
    public static string Of(string path, params IEnumerable<(string Name, string? Value)> values)
    {
        var address = new StringBuilder(path);
        foreach (var (name, value) in values)
        {
            if (string.IsNullOrEmpty(value))
                continue;
            address.Append(address.Length == path.Length ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        return address.ToString();
    }
}
