using System.Net;
using System.Net.Sockets;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Free ports for peers that can't choose a port themselves and report it.</summary>
internal static class FreePort
{
    private const int Attempts = 5;

    /// <summary>Starts a peer on free ports, and on other ports if one was taken meanwhile.</summary>
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
                // Another process took a port: try other ports.
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

    /// <summary>Ports for a peer that keeps its ports over restarts; nothing reserves them.</summary>
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

/// <summary>Another process has taken the chosen port.</summary>
internal sealed class PortTakenException(string log) : Exception(log);
