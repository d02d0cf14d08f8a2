using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Authentication;
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
        if (!SaslMechanisms.Offered(context))
            return SmtpReplies.AuthenticationNeedsTls;
        if (SaslMechanisms.Create(context, authenticator, auth.Mechanism) is not { } exchange)
            return SmtpReplies.UnknownMechanism;
        if (!context.Server.Authentications.MayTry(context.Peer.ClientIp))
            return SmtpReplies.TooManyAuthenticationFailures;
        return await ExchangeAsync(context, exchange, auth);
    }

    private static async ValueTask<SmtpAnswer> ExchangeAsync(SmtpSessionContext context, SaslExchange exchange, SmtpCommand.Auth auth)
    {
        byte[]? response = null;
        if (auth.Initial is not null && (response = Decode(auth.Initial == "=" ? "" : auth.Initial)) is null)
            return SmtpReplies.BadBase64;
        // Every mechanism is done within four steps; the bound keeps a broken one from talking for ever.
        for (var step = 0; step < 8; step++)
        {
            if (await StepAsync(context, exchange, response) is not { } next)
                return SmtpReplies.AuthenticationUnavailable;
            switch (next.Result)
            {
                case SaslResult.Accepted:
                    context.Peer.User = next.User;
                    context.Server.Observer.Authenticated(context.Peer, auth.Mechanism);
                    return SmtpReplies.Authenticated;
                case SaslResult.Malformed:
                    return SmtpReplies.BadAuthenticationExchange;
                case SaslResult.Refused:
                    return await FailAsync(context, auth.Mechanism, next.User);
            }
            context.Conversation.Write(new SmtpReply(334, null, Convert.ToBase64String(next.Challenge ?? [])));
            var status = await context.Conversation.ReadLineAsync(context.Abort);
            if (status != WireLineStatus.Line)
                return SmtpLineFaults.Answer(status);
            var line = System.Text.Encoding.Latin1.GetString(context.Conversation.Line);
            if (line == "*")
                return SmtpReplies.AuthenticationCancelled;
            if ((response = Decode(line)) is null)
                return SmtpReplies.BadBase64;
        }
        return SmtpReplies.BadAuthenticationExchange;
    }

    /// <summary>Null when the user store failed.</summary>
    private static async ValueTask<SaslStep?> StepAsync(SmtpSessionContext context, SaslExchange exchange, byte[]? response)
    {
        try
        {
            return await exchange.NextAsync(response, context.Abort);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            context.Fault(SmtpVerb.Auth, error);
            return null;
        }
    }

    /// <summary>Guessing is slow: each failure waits longer, a connection has few, and so has an address.</summary>
    private static async ValueTask<SmtpAnswer> FailAsync(SmtpSessionContext context, string mechanism, string? user)
    {
        context.AuthenticationFailures++;
        context.Server.Authentications.Failed(context.Peer.ClientIp);
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
