using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace InboundBridge.Smtp.Polling;

/// <summary>
/// Which thread goes on when the kernel has an event for a socket. .NET's threads that poll for events (epoll_wait(2)) hand each of them to the thread pool. Where
/// what follows is a line of SMTP or the head of an answer, handing over costs more than the work: for such a socket the polling thread goes on by itself
/// (<see cref="GoOnThere"/>). Nothing else is heard of its share of the connections meanwhile. So whoever is about to read a file, to shake hands or to think for
/// longer than it takes to judge a small mail goes to the pool before: <see cref="Leave"/>. Who waits for the spool is on the pool again anyway.
/// </summary>
public static class PollingThread
{
    /// <summary>Octets of a mail that are taken in, parsed and judged there; above, the pool does it.</summary>
    internal const int LargestMail = 32 * 1024;

    /// <summary>Commands of one peer in a row, so that one that never pauses leaves time to the others.</summary>
    internal const int MostCommands = 128;

    private const string CountVariable = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    private static volatile bool _isMissing = !OperatingSystem.IsLinux();

    /// <summary>One polling thread for each processor instead of one for all, as they do more now. To be called before the first socket is made; what the environment says stays.</summary>
    public static void Prepare()
    {
        if (!_isMissing && Environment.GetEnvironmentVariable(CountVariable) is null)
            Environment.SetEnvironmentVariable(CountVariable, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What waits for this socket goes on on the polling thread. Where the runtime has no such thing, nothing changes.</summary>
    public static void GoOnThere(Socket socket) => Set(socket, true);

    /// <summary>What waits for this socket goes on on the thread pool again.</summary>
    public static void GoOnElsewhere(Socket socket) => Set(socket, false);

    /// <summary>Goes on on the thread pool; at once where that is so already.</summary>
    public static PoolHop Leave() => default;

    private static void Set(Socket socket, bool isPolling)
    {
        if (_isMissing)
            return;
        try
        {
            SetPreferInlineCompletions(socket, isPolling);
        }
        catch (MissingMethodException)
        {
            _isMissing = true;
        }
    }

    // .NET keeps this setter for others to call, though it is not public: its own trimming is told so in SocketAsyncContext.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);

    /// <summary>To be awaited at once, and once.</summary>
    public readonly struct PoolHop : ICriticalNotifyCompletion
    {
        public bool IsCompleted => Thread.CurrentThread.IsThreadPoolThread;

        public PoolHop GetAwaiter() => this;

        public void GetResult()
        {
            // There is none, and nothing that could fail.
        }

        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static then => then(), continuation, preferLocal: false);

        public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static then => then(), continuation, preferLocal: false);
    }
}
