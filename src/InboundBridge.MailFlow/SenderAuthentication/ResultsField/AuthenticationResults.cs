using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>Writes the header field Authentication-Results (RFC 8601).</summary>
public static class AuthenticationResults
{
    public const string Name = "Authentication-Results";

    /// <summary>Signatures in the field. A hostile mail has thousands; beyond the first 10 they are not verified anyway.</summary>
    private const int MostSignatures = 20;

    private const int MostLists = 5;

    /// <summary>Characters of header.b: enough to tell signatures apart (RFC 6008 §3).</summary>
    private const int SignaturePrefix = 8;

    /// <returns>The whole field, folded, with its final CRLF; printable ASCII, whatever the mail contains.</returns>
    public static string Compose(ResultsFieldInput input)
    {
        var field = new FoldedField(Name, ResultsValue.Of(input.AuthservId));
        var verdicts = input.Verdicts;
        WriteIprev(field, input);
        WriteSpf(field, verdicts.Spf, input.MailFrom);
        WriteDkim(field, input);
        WriteDmarc(field, verdicts.Dmarc);
        WriteArc(field, input);
        foreach (var listing in verdicts.Dnsbl.Where(listing => listing.Allows).Take(MostLists))
        {
            // RFC 8904.
            field.Result("dnswl", "pass", null);
            field.Property("dns.zone", ResultsValue.OfName(listing.Zone));
            field.Property("policy.ip", ResultsValue.OfName(listing.Code));
        }
        return field.End();
    }

    private static void WriteIprev(FoldedField field, ResultsFieldInput input)
    {
        if (input.Verdicts.Iprev.Result == CheckResult.None || input.Client is not { } client)
            return;
        field.Result("iprev", input.Verdicts.Iprev.Result.Word(), null);
        field.Property("policy.iprev", ResultsValue.Of(client.ToString()));
    }

    private static void WriteSpf(FoldedField field, SpfVerdict spf, string? mailFrom)
    {
        if (!spf.WasAsked)
            return;
        field.Result("spf", spf.Result.Word(), spf.Problem);
        if (spf.Scope == "helo" || string.IsNullOrEmpty(mailFrom))
            field.Property("smtp.helo", ResultsValue.OfName(spf.Domain));
        else
            field.Property("smtp.mailfrom", ResultsValue.OfAddress(mailFrom, spf.Domain));
    }

    private static void WriteDkim(FoldedField field, ResultsFieldInput input)
    {
        if (input.Verdicts.Dkim.Count == 0 && input.DkimWasChecked)
            field.Result("dkim", "none", null);
        foreach (var signature in input.Verdicts.Dkim.Take(MostSignatures))
        {
            field.Result("dkim", signature.Result.Word(), signature.Reason);
            if (signature.Domain.Length > 0)
                field.Property("header.d", ResultsValue.OfName(signature.Domain));
            if (signature.Identity is { Length: > 0 } identity)
                field.Property("header.i", ResultsValue.OfIdentity(identity, signature.Domain));
            if (signature.Selector is { Length: > 0 } selector)
                field.Property("header.s", ResultsValue.OfName(selector));
            if (signature.Algorithm is { Length: > 0 } algorithm)
                field.Property("header.a", ResultsValue.OfName(algorithm));
            if (signature.SignaturePrefix is { Length: > 0 } prefix)
                field.Property("header.b", ResultsValue.Of(prefix[..Math.Min(prefix.Length, SignaturePrefix)]));
        }
    }

    private static void WriteDmarc(FoldedField field, DmarcVerdict dmarc)
    {
        if (!dmarc.WasAsked)
            return;
        field.Result("dmarc", dmarc.Result.Word(), dmarc.Problem);
        if (dmarc.AuthorDomain.Length > 0)
            field.Property("header.from", ResultsValue.OfName(dmarc.AuthorDomain));
        if (dmarc.Policy is { } policy)
            field.Property("policy.dmarc", policy);
    }

    private static void WriteArc(FoldedField field, ResultsFieldInput input)
    {
        var arc = input.Verdicts.Arc;
        if (arc.Result == CheckResult.None)
            return;
        field.Result("arc", arc.Result.Word(), arc.Reason);
        if (input.Client is { } client)
            field.Property("smtp.remote-ip", ResultsValue.Of(client.ToString()));
    }
}
