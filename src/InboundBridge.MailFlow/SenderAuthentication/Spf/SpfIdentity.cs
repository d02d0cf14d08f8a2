using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>Who is checked (RFC 7208 §2.3, §2.4, §4.3).</summary>
/// <param name="Scope"><c>mfrom</c> or <c>helo</c>.</param>
/// <param name="LocalPart"><c>postmaster</c> where the sender has none.</param>
/// <param name="Domain">In A-labels, as it was written otherwise.</param>
internal sealed record SpfIdentity(string Scope, string LocalPart, string Domain)
{
    private const string DefaultLocalPart = "postmaster";

    // RFC 8616 §4: domains are compared and looked up as A-labels.
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    public string Sender => $"{LocalPart}@{Domain}";

    /// <summary>The domain is shown in logs and header fields, so that odd octets make it malformed too.</summary>
    public bool HasDomain => IsCheckable(Domain) && !Domain.AsSpan().ContainsAnyExceptInRange('!', '~');

    public static SpfIdentity Of(SpfRequest request)
    {
        if (request.Sender.Length == 0)
            return new SpfIdentity("helo", DefaultLocalPart, ToAscii(request.Helo));
        var at = request.Sender.LastIndexOf('@');
        var localPart = at > 0 ? request.Sender[..at] : DefaultLocalPart;
        return new SpfIdentity("mfrom", localPart, ToAscii(request.Sender[(at + 1)..]));
    }

    /// <summary>RFC 7208 §4.3: a domain that is malformed or has a single label has no record. An address literal is no domain.</summary>
    public static bool IsCheckable(string domain) =>
        domain.Length > 0 && domain[0] != '[' && DnsName.Trim(domain).Contains('.', StringComparison.Ordinal) && DnsName.IsName(domain);

    private static string ToAscii(string domain)
    {
        if (Ascii.IsValid(domain))
            return domain;
        try
        {
            return Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            // Not a domain; IsCheckable says so too.
            return domain;
        }
    }
}
