using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>mta_sts</c>: the policy that we publish for our own domains (RFC 8461 §3.2).</summary>
internal sealed record MtaStsOptions
{
    private const int IdLength = 20;

    public MtaStsMode Mode { get; init; } = MtaStsMode.Testing;

    /// <summary>How long others may keep the policy. RFC 8461 §3.2 recommends weeks; a week lets a mistake pass sooner.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Names and patterns (<c>*.example.com</c>) of the domains' mail exchangers.</summary>
    public IReadOnlyList<string> Mx { get; init; } = [];

    /// <summary>The file <c>mta-sts.txt</c>.</summary>
    public string Text()
    {
        var text = new StringBuilder("version: STSv1\r\n");
        text.Append("mode: ").Append(Mode.ToString().ToLowerInvariant()).Append("\r\n");
        foreach (var host in Mx)
            text.Append("mx: ").Append(host).Append("\r\n");
        return text.Append(CultureInfo.InvariantCulture, $"max_age: {(long)MaxAge.TotalSeconds}\r\n").ToString();
    }

    /// <summary>The id for the TXT record: another one for another policy.</summary>
    public string Id() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text())))[..IdLength];
}
