using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>
/// Which signatures a mail would get. It makes none and reads no key: who may ask for an explanation of any mail must not get that mail
/// signed.
/// </summary>
internal static class SigningPreview
{
    /// <param name="mail">As it will leave.</param>
    /// <param name="message">How it came.</param>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static async ValueTask<IReadOnlyList<SignaturePreview>> ListAsync(
        IReadOnlyList<SigningKeyOptions> dkim, SigningKeyOptions? arc, MailContent mail, SpooledMessage message,
        CancellationToken cancellationToken)
    {
        if (dkim.Count == 0 && arc is null)
            return [];
        using var bodies = new BodyHashes();
        using var header = await OutgoingHeader.ReadAsync(mail, bodies, cancellationToken);
        using var fields = new HeaderFields(header.Octets);
        var verdicts = new Lazy<MailVerdicts>(() => VerdictsReader.Read(message.AuthenticationJson), isThreadSafe: false);
        var all = new List<SignaturePreview>(dkim.Count + 1);
        foreach (var key in dkim)
        {
            var refusal = SigningCheck.Refusal(DomainName.Canonical(key.Domain) ?? key.Domain, message, verdicts, fields);
            all.Add(new SignaturePreview("dkim", key.Domain, key.Selector, refusal));
        }
        if (arc is not null)
            all.Add(new SignaturePreview("arc", arc.Domain, arc.Selector, Omitted: null));
        return all;
    }
}
