using System.Buffers;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>Says everything that is wrong with a webhook's options, for start, reload and <c>check</c>. Never repeats a secret.</summary>
public static class WebhookOptionsValidator
{
    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What we or the connection write ourselves.</summary>
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Host", "Expect", "Upgrade", "TE", "Trailer",
        "webhook-id", "webhook-timestamp", "webhook-signature", "X-InboundBridge-Attempt", "X-InboundBridge-Replay",
    };

    /// <returns>One sentence a problem with the option's name in front; empty when all is well.</returns>
    public static IReadOnlyList<string> Problems(WebhookOptions options)
    {
        var problems = new List<string>();
        var filled = WebhookUrl.IsTemplate(options.Url) ? options.Url.Replace('{', 'x').Replace('}', 'x') : options.Url;
        if (!WebhookUrl.TryParse(filled, out _, out var problem))
            problems.Add($"url: {problem}");
        if (WebhookFormats.Find(options.Format) is null)
            problems.Add($"format: there is no \"{options.Format}\"; there are {string.Join(", ", WebhookFormats.Names)}");
        foreach (var secret in options.Secrets)
            AddSecretProblem(problems, secret);
        foreach (var (name, value) in options.Headers)
            AddHeaderProblem(problems, name, value);
        if (options is { BasicAuth: not null, BearerToken: not null })
            problems.Add("auth: either basic or bearer, not both");
        if (options.BearerToken is { } token && token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            problems.Add("auth: the bearer token holds characters that a header can't carry");
        AddCertificateProblem(problems, options.ClientCertificate);
        problems.AddRange(options.Responses.Keys.Where(status => status is < 200 or > 599).Select(status => $"responses: {status} is no status of an answer"));
        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromHours(1))
            problems.Add("timeout: must be between 100ms and 1h");
        return problems;
    }

    internal static void ThrowIfReserved(string name, string value)
    {
        var problems = new List<string>();
        AddHeaderProblem(problems, name, value);
        if (problems.Count > 0)
            throw new FormatException(problems[0]);
    }

    private static void AddSecretProblem(List<string> problems, string secret)
    {
        try
        {
            SigningKey.Parse(secret, Path.GetTempPath());
        }
        catch (FormatException fault)
        {
            problems.Add($"secret: {fault.Message}");
        }
    }

    private static void AddCertificateProblem(List<string> problems, string? file)
    {
        try
        {
            PreparedWebhook.LoadCertificate(file)?.Dispose();
        }
        catch (FormatException fault)
        {
            problems.Add($"auth: {fault.Message}");
        }
    }

    private static void AddHeaderProblem(List<string> problems, string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            problems.Add($"headers: \"{name}\" is no name of a header");
        else if (ReservedHeaders.Contains(name))
            problems.Add($"headers: {name} is written by us");
        if (value.Any(char.IsControl))
            problems.Add($"headers: the value of {name} holds a control character");
    }
}
