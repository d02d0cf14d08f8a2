using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Authentication;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>AUTH (RFC 4954): lines and base64 around an exchange, and what a failure costs.</summary>
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
        using var turn = await context.Server.Authentications.BeginAsync(context.Peer.ClientIp, context.Abort);
        if (turn is null)
            return Limited(context);
        var limited = new LimitedAuthenticator(authenticator, turn);
        var exchange = SaslMechanisms.Create(auth.Mechanism, limited, context.Peer, context.Options.Hostname, context.Server.Time);
        return await ExchangeAsync(context, exchange, turn, auth);
    }

    private static async ValueTask<SmtpAnswer> ExchangeAsync(SmtpSessionContext context, SaslExchange exchange, SmtpAuthenticationTurn turn, SmtpCommand.Auth auth)
    {
        byte[]? response = null;
        if (auth.Initial is not null && (response = Decode(auth.Initial == "=" ? "" : auth.Initial)) is null)
            return GiveUp(context, exchange, turn, auth, SmtpReplies.BadBase64);
        // Every mechanism is done within four steps; the bound keeps a broken one from talking for ever.
        for (var step = 0; step < 8; step++)
        {
            var (next, refusal) = await StepAsync(context, exchange, turn, response);
            if (refusal is not null)
                return refusal;
            switch (next.Result)
            {
                case SaslResult.Accepted:
                    turn.Succeeded();
                    context.Peer.User = next.User;
                    context.Server.Metrics.Authenticated(context.Peer.Listener, "accepted");
                    context.Server.Observer.Authenticated(context.Peer, auth.Mechanism);
                    return SmtpReplies.Authenticated;
                case SaslResult.Malformed:
                    return GiveUp(context, exchange, turn, auth, SmtpReplies.BadAuthenticationExchange);
                case SaslResult.Refused:
                    return await FailAsync(context, turn, auth.Mechanism, next.User);
            }
            context.Conversation.Write(new SmtpReply(334, null, Convert.ToBase64String(next.Challenge ?? [])));
            var status = await context.Conversation.ReadLineAsync(context.Abort);
            if (status != WireLineStatus.Line)
                return GiveUp(context, exchange, turn, auth, SmtpLineFaults.Answer(status));
            var line = System.Text.Encoding.Latin1.GetString(context.Conversation.Line);
            if (line == "*")
                return GiveUp(context, exchange, turn, auth, SmtpReplies.AuthenticationCancelled);
            if ((response = Decode(line)) is null)
                return GiveUp(context, exchange, turn, auth, SmtpReplies.BadBase64);
        }
        return GiveUp(context, exchange, turn, auth, SmtpReplies.BadAuthenticationExchange);
    }

    /// <summary>A refusal where the user store could not be asked.</summary>
    private static async ValueTask<(SaslStep Step, SmtpReply? Refusal)> StepAsync(
        SmtpSessionContext context, SaslExchange exchange, SmtpAuthenticationTurn turn, byte[]? response)
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
            turn.Forgive();
            context.Server.Metrics.Authenticated(context.Peer.Listener, "unavailable");
            return (default, SmtpReplies.AuthenticationUnavailable with { LogDetail = busy.Message });
        }
        catch (Exception error) when (context.IsFault(error))
        {
            turn.Forgive();
            context.Fault(SmtpVerb.Auth, error);
            context.Server.Metrics.Authenticated(context.Peer.Listener, "unavailable");
            return (default, SmtpReplies.AuthenticationUnavailable);
        }
    }

    private static SmtpReply Limited(SmtpSessionContext context)
    {
        context.Server.Metrics.Authenticated(context.Peer.Listener, "limited");
        return SmtpReplies.TooManyAuthenticationFailures;
    }

    /// <summary>The exchange ends without a verdict. Whoever has named somebody has tried that name, with or without a password.</summary>
    private static SmtpAnswer GiveUp(SmtpSessionContext context, SaslExchange exchange, SmtpAuthenticationTurn turn, SmtpCommand.Auth auth, SmtpAnswer answer)
    {
        if (exchange.Named is not { } user)
        {
            turn.Forgive();
            return answer;
        }
        context.Server.Metrics.Authenticated(context.Peer.Listener, "abandoned");
        context.Server.Observer.AuthenticationFailed(context.Peer, auth.Mechanism, user);
        return answer;
    }

    /// <summary>Guessing is slow: each failure waits longer, a connection has few, and so has an address.</summary>
    private static async ValueTask<SmtpAnswer> FailAsync(SmtpSessionContext context, SmtpAuthenticationTurn turn, string mechanism, string? user)
    {
        context.AuthenticationFailures++;
        // Others of this client wait for the verdict, not for the delay.
        turn.Dispose();
        context.Server.Metrics.Authenticated(context.Peer.Listener, "failed");
        context.Server.Observer.AuthenticationFailed(context.Peer, mechanism, user);
        await Task.Delay(context.Options.Limits.AuthenticationDelay * context.AuthenticationFailures, context.Server.Time, context.Abort);
        return context.AuthenticationFailures < FailuresPerConnection ? SmtpReplies.AuthenticationFailed : SmtpReplies.TooManyErrors;
    }

    private static byte[]? Decode(string text)
    {
        // The decoder of the library skips white space; the wire's grammar has none.
        if (text.AsSpan().ContainsAny(" \t\r\n"))
            return null;
        var octets = new byte[text.Length];
        return Convert.TryFromBase64String(text, octets, out var length) ? octets[..length] : null;
    }
}
