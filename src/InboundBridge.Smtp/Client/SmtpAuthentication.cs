using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>AUTH (RFC 4954) with the strongest mechanism that both sides know.</summary>
internal static class SmtpAuthentication
{
    /// <summary>Signs in, or throws: the server would refuse mail without it.</summary>
    public static async ValueTask SignInAsync(
        SmtpWire wire, SmtpClientOptions options, SmtpExtensions offered, bool encrypted, CancellationToken cancellationToken)
    {
        var credentials = options.Credentials!;
        var reply = await ExchangeAsync(wire, options, offered, encrypted, credentials, cancellationToken);
        if (reply.Code is >= 300)
            throw SmtpClientException.Refused(reply with { LogDetail = $"AUTH as {credentials.User}" });
    }

    private static ValueTask<SmtpReply> ExchangeAsync(
        SmtpWire wire, SmtpClientOptions options, SmtpExtensions offered, bool encrypted, SmtpCredentials credentials,
        CancellationToken cancellationToken)
    {
        if (offered.Knows("SCRAM-SHA-256"))
            return ScramAsync(wire, options, credentials, cancellationToken);
        // The other mechanisms send the password itself, which an attacker who strips STARTTLS
        // must not get. With "off" the operator has chosen that.
        if (!encrypted && !options.Server.IsLocal && options.Tls != SmtpTlsMode.Off)
            throw SmtpClientException.Authentication("the server offers no TLS, and the password is not sent in the clear");
        if (offered.Knows("PLAIN"))
            return wire.AskAsync(
                $"AUTH PLAIN {Base64($"\0{credentials.User}\0{credentials.Password}")}", options.CommandTimeout, cancellationToken);
        return offered.Knows("LOGIN")
            ? LoginAsync(wire, options, credentials, cancellationToken)
            : throw SmtpClientException.Authentication($"the server offers no mechanism that we know (it offers: {List(offered)})");
    }

    /// <summary>LOGIN (draft-murchison-sasl-login) has two prompts, whose texts vary between servers.</summary>
    private static async ValueTask<SmtpReply> LoginAsync(
        SmtpWire wire, SmtpClientOptions options, SmtpCredentials credentials, CancellationToken cancellationToken)
    {
        var reply = await wire.AskAsync("AUTH LOGIN", options.CommandTimeout, cancellationToken);
        if (reply.Code == 334)
            reply = await wire.AskAsync(Base64(credentials.User), options.CommandTimeout, cancellationToken);
        return reply.Code == 334 ? await wire.AskAsync(Base64(credentials.Password), options.CommandTimeout, cancellationToken) : reply;
    }

    /// <summary>SCRAM-SHA-256 (RFC 7677), in which the server proves that it knows the password too.</summary>
    private static async ValueTask<SmtpReply> ScramAsync(
        SmtpWire wire, SmtpClientOptions options, SmtpCredentials credentials, CancellationToken cancellationToken)
    {
        var scram = new ScramSha256(credentials, ScramSha256.NewNonce());
        var reply = await wire.AskAsync($"AUTH SCRAM-SHA-256 {Base64(scram.ClientFirst)}", options.CommandTimeout, cancellationToken);
        if (reply.Code != 334)
            return reply.IsPositive ? throw Impostor() : reply;
        if (scram.ClientFinal(Text(reply)) is not { } final)
        {
            _ = await wire.AskAsync("*", options.CommandTimeout, cancellationToken);
            throw SmtpClientException.Authentication("the server's SCRAM challenge is not valid");
        }
        reply = await wire.AskAsync(Base64(final), options.CommandTimeout, cancellationToken);
        // RFC 4954 §4: the server's last message is a challenge, which an empty line answers.
        if (reply.Code != 334)
            return reply.IsPositive ? throw Impostor() : reply;
        if (!scram.IsProof(Text(reply)))
            throw Impostor();
        return await wire.AskAsync("", options.CommandTimeout, cancellationToken);
    }

    private static string List(SmtpExtensions offered) =>
        offered.AuthMechanisms.Count == 0 ? "none" : string.Join(' ', offered.AuthMechanisms);

    private static SmtpClientException Impostor() =>
        SmtpClientException.Authentication("the server did not prove that it knows the password (SCRAM)");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(SmtpReply challenge)
    {
        var octets = new byte[challenge.Text.Length];
        return Convert.TryFromBase64String(challenge.Text.Trim(), octets, out var length) ? Encoding.UTF8.GetString(octets, 0, length) : "";
    }
}
