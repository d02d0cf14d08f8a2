using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Authentication;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>AUTH (RFC 4954): carries a SASL exchange in lines of base64, and makes failures expensive.</summary>
internal static class AuthHandler
{
    /// <summary>Failures on one connection before it is closed.</summary>
    private const int FailuresPerConnection = 3;

    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpCommand.Auth auth)
    {
        if (context.Listener.Authenticator is not { } authenticator)
            return SmtpReplies.NotImplemented;
        if (context.Peer.User is not null)
            return SmtpReplies.AuthenticatedAlready;
        if (!SaslMechanisms.Offered(context.Listener, context.Peer))
            return SmtpReplies.AuthenticationNeedsTls;
        if (!SaslMechanisms.IsKnown(context.Listener, auth.Mechanism))
            return SmtpReplies.UnknownMechanism;
        using var attempt = await context.Server.Authentications.BeginAsync(context.Peer.ClientIp, context.Abort);
        if (attempt is null)
            return Limited(context);
        var limited = new LimitedAuthenticator(authenticator, attempt);
        var exchange = SaslMechanisms.Create(auth.Mechanism, limited, context.Peer, context.Options.Hostname, context.Server.Time);
        return await ExchangeAsync(context, exchange, attempt, auth);
    }

    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        if (SaslMechanisms.Offered(context.Listener, context.Peer))
            list.Append("\nAUTH ").Append(SaslMechanisms.List(context.Listener));
    }

    private static async ValueTask<SmtpAnswer> ExchangeAsync(
        SmtpSessionContext context, SaslExchange exchange, SmtpAuthenticationAttempt attempt, SmtpCommand.Auth auth)
    {
        byte[]? response = null;
        if (auth.Initial is not null && (response = Decode(auth.Initial == "=" ? "" : auth.Initial)) is null)
            return GiveUp(context, exchange, attempt, auth, SmtpReplies.BadBase64);
        // Every mechanism ends within four steps. The bound stops one that is broken.
        for (var step = 0; step < 8; step++)
        {
            var (next, refusal) = await StepAsync(context, exchange, attempt, response);
            if (refusal is not null)
                return refusal;
            switch (next.Result)
            {
                case SaslResult.Accepted:
                    attempt.Succeeded();
                    context.Peer.User = next.User;
                    context.Metrics.Authenticated("accepted");
                    context.Server.Observer.Authenticated(context.Peer, auth.Mechanism);
                    return SmtpReplies.Authenticated;
                case SaslResult.Malformed:
                    return GiveUp(context, exchange, attempt, auth, SmtpReplies.BadAuthenticationExchange);
                case SaslResult.Refused:
                    return await FailAsync(context, attempt, auth.Mechanism, next.User);
            }
            context.Conversation.Write(new SmtpReply(334, null, Convert.ToBase64String(next.Challenge ?? [])));
            var status = await context.Conversation.ReadLineAsync(context.Abort);
            if (status != WireLineStatus.Line)
                return GiveUp(context, exchange, attempt, auth, SmtpLineFaults.Answer(status));
            var line = Encoding.Latin1.GetString(context.Conversation.Line);
            if (line == "*")
                return GiveUp(context, exchange, attempt, auth, SmtpReplies.AuthenticationCancelled);
            if ((response = Decode(line)) is null)
                return GiveUp(context, exchange, attempt, auth, SmtpReplies.BadBase64);
        }
        return GiveUp(context, exchange, attempt, auth, SmtpReplies.BadAuthenticationExchange);
    }

    /// <summary>One step of the exchange, or the refusal when the user store could not answer.</summary>
    private static async ValueTask<(SaslStep Step, SmtpReply? Refusal)> StepAsync(
        SmtpSessionContext context, SaslExchange exchange, SmtpAuthenticationAttempt attempt, byte[]? response)
    {
        try
        {
            return (await exchange.NextAsync(response, context.Abort), null);
        }
        catch (NameLimitException)
        {
            return (default, Limited(context) with { LogDetail = "too many failures for this name" });
        }
        catch (SmtpAuthenticationBusyException busy)
        {
            attempt.Forgive();
            context.Metrics.Authenticated("unavailable");
            return (default, SmtpReplies.AuthenticationUnavailable with { LogDetail = busy.Message });
        }
        catch (Exception error) when (context.IsFault(error))
        {
            attempt.Forgive();
            context.Fault(SmtpVerb.Auth, error);
            context.Metrics.Authenticated("unavailable");
            return (default, SmtpReplies.AuthenticationUnavailable);
        }
    }

    private static SmtpReply Limited(SmtpSessionContext context)
    {
        context.Metrics.Authenticated("limited");
        return SmtpReplies.TooManyAuthenticationFailures;
    }

    /// <summary>
    /// The exchange ends without a verdict. A client that named a user has tried that
    /// name, with or without a password, so the attempt counts.
    /// </summary>
    private static SmtpAnswer GiveUp(
        SmtpSessionContext context, SaslExchange exchange, SmtpAuthenticationAttempt attempt, SmtpCommand.Auth auth, SmtpAnswer answer)
    {
        if (exchange.ClaimedUser is not { } user)
        {
            attempt.Forgive();
            return answer;
        }
        context.Metrics.Authenticated("abandoned");
        context.Server.Observer.AuthenticationFailed(context.Peer, auth.Mechanism, user);
        return answer;
    }

    /// <summary>Slows guessing down: each failure waits longer than the one before, and a connection may fail only a few times.</summary>
    private static async ValueTask<SmtpAnswer> FailAsync(
        SmtpSessionContext context, SmtpAuthenticationAttempt attempt, string mechanism, string? user)
    {
        context.AuthenticationFailures++;
        // Other attempts of this client wait for this verdict; they need not wait for the delay as well.
        attempt.Dispose();
        context.Metrics.Authenticated("failed");
        context.Server.Observer.AuthenticationFailed(context.Peer, mechanism, user);
        await Task.Delay(context.Options.Limits.AuthenticationDelay * context.AuthenticationFailures, context.Server.Time, context.Abort);
        return context.AuthenticationFailures < FailuresPerConnection ? SmtpReplies.AuthenticationFailed : SmtpReplies.TooManyErrors;
    }

    private static byte[]? Decode(string text)
    {
        // The library's decoder skips white space, which the grammar does not allow.
        if (text.AsSpan().ContainsAny(" \t\r\n"))
            return null;
        var octets = new byte[text.Length];
        return Convert.TryFromBase64String(text, octets, out var length) ? octets[..length] : null;
    }
}
