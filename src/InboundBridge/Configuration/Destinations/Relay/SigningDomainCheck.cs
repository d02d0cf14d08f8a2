using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Configuration.Destinations.Relay;

/// <summary>
/// Warns where a relay would sign what strangers forge. A mail that fails DMARC gets no signature of its author's domain (docs/relay.md);
/// with a check off, no mail fails.
/// </summary>
internal static class SigningDomainCheck
{
    public static void Run(ApplianceOptions options, ConfigReading reading)
    {
        var checks = options.Authentication;
        var off = !checks.Dmarc.IsOn ? "dmarc" : !checks.Spf.IsOn ? "spf" : !checks.Dkim.IsOn ? "dkim" : null;
        if (off is null || !options.Smtp.Listeners.Any(listener => listener.Mode == SmtpListenerMode.Mx))
            return;
        foreach (var destination in options.Destinations)
        {
            if (destination.As<RelayOptions>() is not { } relay
                || relay.Dkim.FirstOrDefault(key => IsOurs(key.Domain, options.Domains)) is not { } key)
                continue;
            var node = reading.Tree.Find("destinations", destination.Name, destination.Queue.Kind, "dkim") ?? reading.Tree.Root;
            reading.Problems.Warn(
                node.Position, $"'{destination.Name}' signs forged mail of {key.Domain} that strangers send by way of it: with "
                    + $"authentication.{off} off, no mail fails DMARC",
                $"{off}: on, or no dkim where mail of strangers leaves");
        }
    }

    /// <summary>One of our domains, or above or below one: DMARC takes these for the same author unless the record is strict.</summary>
    private static bool IsOurs(string signer, IReadOnlyList<string> domains)
    {
        foreach (var domain in domains)
        {
            var name = domain.StartsWith("*.", StringComparison.Ordinal) ? domain[2..] : domain;
            if (DomainName.IsAtOrBelow(signer, name) || DomainName.IsAtOrBelow(name, signer))
                return true;
        }
        return false;
    }
}
