using System.Net.Security;
using Microsoft.AspNetCore.Connections;

namespace InboundBridge.Acme.Challenges;

/// <summary>
/// Answers tls-alpn-01 on a listener (RFC 8737): it looks at a connection's first octets, and where the authority asks for a name with an
/// open challenge, the handshake shows that challenge's certificate and the connection ends. Every other connection goes on as usual.
/// </summary>
internal sealed class AlpnListener(ChallengeAnswers answers, TimeProvider clock)
{
    /// <summary>For the first message of a connection.</summary>
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(15);

    private static readonly SslApplicationProtocol Protocol = new("acme-tls/1");

    /// <summary>Before the handshake.</summary>
    /// <param name="isShared">Others use the listener too; else what the authority does not ask is cut off.</param>
    public async Task LookAsync(ConnectionContext connection, ConnectionDelegate next, bool isShared)
    {
        var hello = answers.HasCertificates ? await HelloAsync(connection) : null;
        if (hello is { IsOfAuthority: true, Host: { } host } && answers.CertificateOf(host) is { } certificate)
        {
            var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
            connection.Features.Set(new AlpnChallenge(context));
        }
        else if (!isShared || hello is { IsOfAuthority: true })
        {
            connection.Abort(new ConnectionAbortedException("not an open challenge"));
            return;
        }
        await next(connection);
    }

    /// <summary>The options of a handshake that answers a challenge; null: this connection is another one.</summary>
    public static SslServerAuthenticationOptions? OptionsFor(ConnectionContext connection) =>
        connection.Features.Get<AlpnChallenge>() is not { } challenge ? null : new SslServerAuthenticationOptions
        {
            ServerCertificateContext = challenge.Certificate,
            ApplicationProtocols = [Protocol],
        };

    /// <summary>After the handshake: the authority has seen the certificate, and no request may follow (RFC 8737 §3).</summary>
    public static Task EndAsync(ConnectionContext connection, ConnectionDelegate next) =>
        connection.Features.Get<AlpnChallenge>() is null ? next(connection) : Task.CompletedTask;

    /// <summary>Reads without taking anything away. Null: no hello, or none in time.</summary>
    private async Task<ClientHello?> HelloAsync(ConnectionContext connection)
    {
        using var late = new CancellationTokenSource(HelloTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, connection.ConnectionClosed);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(either.Token);
                var state = ClientHello.Read(read.Buffer, out var hello);
                var isEnough = state != ClientHelloState.Incomplete || read.IsCompleted || read.IsCanceled;
                input.AdvanceTo(read.Buffer.Start, isEnough ? read.Buffer.Start : read.Buffer.End);
                if (isEnough)
                    return hello;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private sealed record AlpnChallenge(SslStreamCertificateContext Certificate);
}
