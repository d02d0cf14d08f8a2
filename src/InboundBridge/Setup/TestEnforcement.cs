using System.Net;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Setup;

/// <summary>
/// Says what checks with <c>enforce</c> do with the mails of rule tests. A test of a mail that they refuse promises what never happens.
/// </summary>
internal static class TestEnforcement
{
    public static RuleTestEnforcement Of(ApplianceOptions options)
    {
        var policy = SenderPolicy.EnforcementOf(options.Authentication);
        return (given, recipients) => !IsChecked(given, options.Smtp) ? null
            : EnforcementForecast.Of(policy, given, recipients) is { } forecast ? Describe(forecast) : null;
    }

    private static EnforcedOutcome Describe(EnforcementForecast forecast)
    {
        var hint = $"test a mail that is let through, or set {forecast.Check} to on and let rules decide";
        return forecast.Reply is { } reply
            ? new EnforcedOutcome(
                $"no rule sees this mail, because {forecast.Check} (enforce) answers {reply.Code} {reply.Enhanced}", hint, forecast.Stage)
            : new EnforcedOutcome($"{forecast.Check} (enforce) holds this mail, whatever rule delivers it", hint, forecast.Stage)
            {
                Holds = true,
            };
    }

    /// <summary>Mail of users and of trusted clients is not checked, nor is any on other listeners than the MX.</summary>
    private static bool IsChecked(IReadOnlyDictionary<Fact, FactValue> given, SmtpOptions smtp)
    {
        if (given.TextOf(Fact.User) is not null)
            return false;
        if (IPAddress.TryParse(given.TextOf(Fact.ClientIp), out var client)
            && smtp.Server.Trusted.Any(network => network.Contains(client)))
            return false;
        return given.TextOf(Fact.Listener) is not { } name
            || smtp.Listeners.FirstOrDefault(listener => listener.Name == name) is not { Mode: not SmtpListenerMode.Mx };
    }
}
