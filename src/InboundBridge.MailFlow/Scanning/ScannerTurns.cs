using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>
/// Bounds the requests to one scanner: how many run at the same time, and how long each may take, its wait for a place included. Whatever
/// goes wrong with the scanner is a <see cref="ScannerUnavailableException"/>.
/// </summary>
/// <param name="scanner">Its name in messages.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle to free: nobody asks for one.")]
internal sealed class ScannerTurns(string scanner, ScannerLimits limits, TimeProvider clock)
{
    private const int LongestReason = 200;

    private readonly SemaphoreSlim _places = new(limits.Concurrency, limits.Concurrency);

    /// <exception cref="ScannerUnavailableException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The mail was given up.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(limits.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var began = clock.GetTimestamp();
        var (isPlaced, isInTime) = (false, false);
        try
        {
            await _places.WaitAsync(either.Token);
            isPlaced = true;
            // A place that comes as the time ends is no fault of the scanner.
            isInTime = clock.GetElapsedTime(began) < limits.Timeout;
            return await ask(either.Token);
        }
        catch (Exception) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var within = string.Create(CultureInfo.InvariantCulture, $"{limits.Timeout.TotalSeconds:0.###} s");
            throw new ScannerUnavailableException(isInTime
                ? $"{scanner} gave no answer within {within}"
                : $"{scanner} was busy with {limits.Concurrency} other mails for {within}");
        }
        catch (Exception fault) when (fault is IOException or SocketException or HttpRequestException or JsonException)
        {
            throw new ScannerUnavailableException(
                $"{scanner}: {ScannerText.Printable(fault.GetBaseException().Message, LongestReason)}", fault);
        }
        finally
        {
            if (isPlaced)
                _places.Release();
        }
    }
}
