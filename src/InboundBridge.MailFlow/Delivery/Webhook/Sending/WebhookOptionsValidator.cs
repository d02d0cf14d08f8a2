using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;

namespace InboundBridge.MailFlow.Delivery.Webhook.Sending;

/// <summary>
/// Reports everything that is wrong with a webhook's options, for the start, a reload and <c>check</c>. Never repeats a secret.
/// </summary>
public static class WebhookOptionsValidator
{
    /// <summary>Headers that we or the connection write.</summary>
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Host", "Expect", "Upgrade", "TE", "Trailer",
        "webhook-id", "webhook-timestamp", "webhook-signature", "X-InboundBridge-Attempt", "X-InboundBridge-Replay",
    };

    /// <returns>One sentence for each problem, which begins with the option's name; empty when there is none.</returns>
    public static IReadOnlyList<string> Problems(WebhookOptions options)
    {
        var problems = new List<string>();
        var filled = WebhookUrl.IsTemplate(options.Url) ? options.Url.Replace('{', 'x').Replace('}', 'x') : options.Url;
        if (!WebhookUrl.TryParse(filled, out _, out var problem))
            problems.Add($"url: {problem}");
        if (WebhookFormats.Find(options.Format) is null)
            problems.Add($"format: there is no \"{options.Format}\"; there are {string.Join(", ", WebhookFormats.Names)}");
        if (options is { Transform: not null, Format: not JsonFormat.FormatName })
            problems.Add($"transform: it makes the body, so the format {options.Format} would be ignored: leave out one of the two");
        foreach (var secret in options.Secrets)
            AddSecretProblem(problems, secret, WebhookFormats.Find(options.Format)?.Defaults.HasVendorsCredential == true);
        foreach (var (name, value) in options.Headers)
            AddHeaderProblem(problems, name, value);
        if (options is { BasicAuth: not null, BearerToken: not null })
            problems.Add("auth: either basic or bearer, not both");
        if (options.BearerToken is { } token && token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            problems.Add("auth: the bearer token holds characters that a header can't carry");
        if (options.BasicAuth is { Length: 0 } || options.BearerToken is { Length: 0 })
            problems.Add("auth: it is empty");
        AddFileProblem(problems, "auth", () => ReceiverTls.LoadCertificate(options.ClientCertificate)?.Dispose());
        if (options.TrustedCertificates is { } trusted)
            AddFileProblem(problems, "trusted_certificates", () => TrustedCertificates.Read(trusted));
        problems.AddRange(options.Responses.Keys.Where(status => status is < 200 or > 599)
            .Select(status => $"responses: {status} is no status of an answer"));
        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromHours(1))
            problems.Add("timeout: must be between 100ms and 1h");
        return problems;
    }

    /// <summary>The problems of a destination with the options that a rule overrides; only those that the rule causes.</summary>
    /// <param name="json">As in <c>SpooledDelivery.OptionsJson</c>.</param>
    public static IReadOnlyList<string> Problems(WebhookOptions options, string json)
    {
        try
        {
            return [.. Problems(WebhookOverrides.Apply(options, json)).Except(Problems(options), StringComparer.Ordinal)];
        }
        catch (FormatException fault)
        {
            return [fault.Message];
        }
    }

    /// <summary>Names the options that are configured and never sent because the mail decides the host; null: there are none.</summary>
    public static string? NeverSent(WebhookOptions options)
    {
        if (!WebhookUrl.IsTemplate(WebhookUrl.Origin(options.Url)))
            return null;
        var unused = new List<string>();
        if (options.Secrets.Count > 0)
            unused.Add("secret");
        if ((options.BasicAuth ?? options.BearerToken ?? options.ClientCertificate) is not null)
            unused.Add("auth");
        if (options.Headers.Count > 0)
            unused.Add("headers");
        return unused.Count == 0
            ? null
            : $"the host of 'url' comes from the mail, so nothing secret is sent there: {string.Join(", ", unused)} will not be used";
    }

    internal static void ThrowIfReserved(string name, string value)
    {
        var problems = new List<string>();
        AddHeaderProblem(problems, name, value);
        if (problems.Count > 0)
            throw new FormatException(problems[0]);
    }

    private static void AddSecretProblem(List<string> problems, string secret, bool isVendors)
    {
        try
        {
            if (SigningKey.Parse(secret, Path.GetTempPath()).Length < SigningKey.FewestOctets && !isVendors)
            {
                problems.Add(
                    $"secret: it has fewer than {SigningKey.FewestOctets} octets, so it can be guessed. "
                    + "Make one with: echo \"whsec_$(openssl rand -base64 32)\"");
            }
        }
        catch (FormatException fault)
        {
            problems.Add($"secret: {fault.Message}");
        }
    }

    private static void AddFileProblem(List<string> problems, string option, Action read)
    {
        try
        {
            read();
        }
        catch (FormatException fault)
        {
            problems.Add($"{option}: {fault.Message}");
        }
    }

    private static void AddHeaderProblem(List<string> problems, string name, string value)
    {
        if (!HeaderFields.IsToken(name))
            problems.Add($"headers: \"{name}\" is no name of a header");
        else if (ReservedHeaders.Contains(name))
            problems.Add($"headers: {name} is written by us");
        if (value.Any(char.IsControl))
            problems.Add($"headers: the value of {name} holds a control character");
    }
}
