using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A mail that arrived must say that the system has checked its sender: nobody is fast because it checks nothing.</summary>
/// <param name="results">What has to stand in Authentication-Results (RFC 8601).</param>
internal sealed partial class VerdictProof(params string[] results)
{
    public static VerdictProof Appliance { get; } = new("spf=pass", "dkim=pass", "dmarc=pass", "iprev=pass");

    public static VerdictProof Postfix { get; } = new("spf=pass", "dkim=pass", "dmarc=pass");

    public static VerdictProof Haraka { get; } = new("spf=pass", "dkim=pass");

    /// <param name="mail">As it came: with its header, or the appliance's JSON.</param>
    /// <exception cref="InvalidOperationException">It does not say so.</exception>
    public void Check(string system, ReadOnlySpan<byte> mail)
    {
        var text = Encoding.UTF8.GetString(mail);
        var found = text.StartsWith('{') ? OfJson(text) : OfHeader(text);
        if (results.Where(result => !found.Contains(result, StringComparison.Ordinal)).ToList() is { Count: > 0 } missing)
            throw new InvalidOperationException($"{system} does not say {string.Join(", ", missing)}, but: {found}");
    }

    private static string OfJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("data").GetProperty("authentication_results").GetString() ?? "";
    }

    /// <summary>The values of all fields of that name, one in a line.</summary>
    private static string OfHeader(string text) =>
        string.Join('\n', Field().Matches(Header().Match(text).Value).Select(field => field.Groups["value"].Value));

    [GeneratedRegex(@"\A.*?(?=\r?\n\r?\n|\z)", RegexOptions.Singleline)]
    private static partial Regex Header();

    [GeneratedRegex(@"^Authentication-Results:(?<value>(?:.*(?:\n[ \t])?)*)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Field();
}
