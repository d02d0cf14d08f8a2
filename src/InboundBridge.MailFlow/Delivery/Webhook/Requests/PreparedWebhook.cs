using System.Net.Http.Headers;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;

namespace InboundBridge.MailFlow.Delivery.Webhook.Requests;

/// <summary>
/// A webhook's options in the form that requests need. Prepared once for a
/// destination, and again for a delivery whose rule overrides options.
/// </summary>
internal sealed class PreparedWebhook
{
    private PreparedWebhook(WebhookOptions options, IWebhookFormat format, WebhookSigner signer)
    {
        Options = options;
        Format = format;
        Signer = signer;
    }

    public WebhookOptions Options { get; }

    public IWebhookFormat Format { get; }

    public WebhookSigner Signer { get; }

    /// <summary>Null when the URL is a template.</summary>
    public Uri? FixedUrl { get; private init; }

    /// <summary>From the configuration, or else from a user in the URL, where customers of the vendors write it.</summary>
    public AuthenticationHeaderValue? Authorization { get; private init; }

    /// <summary>As <see cref="Authorization"/>, for a URL that was filled in.</summary>
    public AuthenticationHeaderValue? AuthorizationFor(Uri url) =>
        FixedUrl is null && !IsHostFromMail ? AuthorizationOf(Options, url, Format) : Authorization;

    public ReceiverTls Tls { get; private init; } = ReceiverTls.Usual;

    /// <summary>The mail decides the host: private addresses are refused, and no secret is sent.</summary>
    public bool IsHostFromMail { get; private init; }

    /// <summary>
    /// For a host that the mail decides (docs/webhooks.md, "Where it goes"). The author of the mail may own that host, so it gets no
    /// <c>auth</c>, no configured headers, no signature and no vendor's credential, whether the destination or the rule has them.
    /// </summary>
    public PreparedWebhook WithoutSecrets => field ??= new PreparedWebhook(
        Options with
        {
            Secrets = [],
            BasicAuth = null,
            BearerToken = null,
            ClientCertificate = null,
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
        },
        Format,
        WebhookSigner.None)
    {
        FixedUrl = FixedUrl,
        Tls = Tls with { Certificate = null },
        IsHostFromMail = true,
    };

    /// <exception cref="FormatException">Options that <c>WebhookOptionsValidator</c> reports.</exception>
    public static PreparedWebhook From(WebhookOptions options, string temporaryFolder, PreparedWebhook? known = null)
    {
        var format = WebhookFormats.Find(options.Format) ?? throw new FormatException($"there is no webhook format \"{options.Format}\"");
        var signer = known is not null && ReferenceEquals(known.Options.Secrets, options.Secrets)
            ? known.Signer
            : WebhookSigner.FromSecrets(options.Secrets, temporaryFolder);
        Uri? url = null;
        if (options.HostFromMail)
            options = options with { Url = UrlFilling.WithoutDotSegments(options.Url) };
        if (!WebhookUrl.IsTemplate(options.Url) && !WebhookUrl.TryParse(options.Url, out url, out var problem))
            throw new FormatException(problem);
        return new PreparedWebhook(options, format, signer)
        {
            FixedUrl = url,
            Tls = TlsOf(options, known),
            Authorization = AuthorizationOf(options, url, format),
        };
    }

    /// <summary>The files are read again only when other ones are named.</summary>
    private static ReceiverTls TlsOf(WebhookOptions options, PreparedWebhook? known)
    {
        if (ReferenceEquals(known?.Options.ClientCertificate, options.ClientCertificate)
            && ReferenceEquals(known?.Options.TrustedCertificates, options.TrustedCertificates))
        {
            return known?.Tls ?? ReceiverTls.Usual;
        }
        var trusted = options.TrustedCertificates is { } file ? TrustedCertificates.Read(file) : null;
        return new ReceiverTls(ReceiverTls.LoadCertificate(options.ClientCertificate), trusted);
    }

    /// <summary>For a preview that is shown to readers who may not see a valid signature.</summary>
    public PreparedWebhook WithoutSignatures() =>
        new(Options with { HidesSignatures = true }, Format, Options.Secrets.Count == 0 ? WebhookSigner.None : WebhookSigner.Hidden)
        {
            FixedUrl = FixedUrl,
            Authorization = Authorization,
            Tls = Tls,
            IsHostFromMail = IsHostFromMail,
        };

    /// <param name="isAsked">The mail is not accepted yet, and its sender waits for the answer.</param>
    public WebhookStatusMeaning MeaningOf(int status, bool isAsked = false) =>
        Options.Responses.TryGetValue(status, out var named) ? named
            : isAsked ? Format.Defaults.Statuses.WhenAsked(status) : Format.Defaults.Statuses.Of(status);

    private static AuthenticationHeaderValue? AuthorizationOf(WebhookOptions options, Uri? url, IWebhookFormat format)
    {
        if (options.BearerToken is { } token)
            return new AuthenticationHeaderValue("Bearer", token);
        var user = options.BasicAuth ?? (url is { UserInfo.Length: > 0 } ? Uri.UnescapeDataString(url.UserInfo) : null);
        if (user is null && format.Defaults.BasicUser is { } vendors && options is { Secrets.Count: > 0, IsSecretOfAnotherHost: false })
            user = $"{vendors}:{options.Secrets[0]}";
        return user is null ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }
}
