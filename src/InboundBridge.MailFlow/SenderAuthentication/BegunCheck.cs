using System.Diagnostics;

namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>
/// A check that runs beside the session. Its task never faults: a check that throws has failed for a cause of ours, which is a temporary
/// error, and a check that was called off has no answer.
/// </summary>
internal sealed class BegunCheck<T>
    where T : class
{
    private readonly T? _known;
    private readonly Task<T?>? _answering;

    private BegunCheck(T? known, Task<T?>? answering) => (_known, _answering) = (known, answering);

    /// <summary>Null while the check is under way, and when it was called off.</summary>
    public T? Known => _known ?? (_answering is { IsCompletedSuccessfully: true } answered ? answered.Result : null);

    /// <param name="method">Its name for the observer.</param>
    /// <param name="began">A time stamp from before the check was asked.</param>
    /// <param name="failed">The verdict of a check that failed for this cause.</param>
    public static BegunCheck<T> Of(ValueTask<T> asked, string method, long began, Func<string, T> failed, SenderCheckObserver? observer)
    {
        if (!asked.IsCompletedSuccessfully)
            return new BegunCheck<T>(null, ObserveAsync(asked, method, began, failed, observer));
        var answer = asked.Result;
        observer?.Answered(method, answer, Stopwatch.GetElapsedTime(began));
        return new BegunCheck<T>(answer, null);
    }

    /// <exception cref="OperationCanceledException">The check or the caller was called off.</exception>
    public ValueTask<T> AnswerAsync(CancellationToken cancellationToken) =>
        Known is { } known ? new ValueTask<T>(known) : WaitAsync(cancellationToken);

    private async ValueTask<T> WaitAsync(CancellationToken cancellationToken) =>
        await _answering!.WaitAsync(cancellationToken) ?? throw new OperationCanceledException("the mail was given up");

    private static async Task<T?> ObserveAsync(
        ValueTask<T> asked, string method, long began, Func<string, T> failed, SenderCheckObserver? observer)
    {
        try
        {
            var answer = await asked;
            observer?.Answered(method, answer, Stopwatch.GetElapsedTime(began));
            return answer;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception fault)
        {
            observer?.Faulted(method, fault);
            return failed(fault.GetBaseException().Message);
        }
    }
}
