using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Load by a thread of this process, where <c>smtp-source</c> can't say what is to be known: waits, other mails, a rate.</summary>
internal static class OwnLoad
{
    /// <summary>All connections are open before the first mail.</summary>
    /// <param name="open">A session of the load.</param>
    /// <returns>From the first mail to the last reply.</returns>
    /// <exception cref="InvalidOperationException">A mail was not accepted.</exception>
    public static Task<TimeSpan> SendAsync(
        string name, IPEndPoint server, int connections, int mails, SmtpLoad work, Func<Socket, SmtpLoadConnection> open,
        CancellationToken cancellation) =>
        SendAsync(name, [server], connections, mails, work, open, cancellation);

    /// <summary>The same over several servers: the connections are divided evenly.</summary>
    public static async Task<TimeSpan> SendAsync(
        string name, IPEndPoint[] servers, int connections, int mails, SmtpLoad work, Func<Socket, SmtpLoadConnection> open,
        CancellationToken cancellation)
    {
        using var loop = new EventLoop("load");
        for (var number = 0; number < connections; number++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(servers[number % servers.Length], cancellation);
            loop.Add(open(socket));
        }

        var start = Stopwatch.GetTimestamp();
        loop.Start();
        await await Task.WhenAny(work.Completed, loop.Failed).WaitAsync(cancellation);
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (work.Accepted == mails)
            return elapsed;
        throw new InvalidOperationException(
            $"{name}: of {mails} mails only {work.Accepted} were accepted: "
            + $"{string.Join("; ", work.Errors.Select(error => $"{error.Value} x {error.Key}"))}");
    }
}
