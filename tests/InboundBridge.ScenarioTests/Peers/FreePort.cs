using System.Net;
using System.Net.Sockets;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Ports for peers that can't choose one themselves and tell.</summary>
internal static class FreePort
{
    private const int Attempts = 5;

    /// <summary>Starts something on free ports, and on others when one of them was taken in between.</summary>
    public static async Task<T> WithAsync<T>(int count, Func<int[], Task<T>> start)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await start(Choose(count));
            }
            catch (PortTakenException) when (attempt < Attempts)
            {
                // Somebody was faster: next ports.
            }
        }
    }

    public static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>For one that must be found on the same ports after each start: nothing keeps them free.</summary>
    public static int[] Choose(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}

/// <summary>The chosen port belongs to somebody else by now.</summary>
internal sealed class PortTakenException(string log) : Exception(log);
