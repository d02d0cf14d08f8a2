using Prometheus;

namespace InboundBridge.MailFlow.Metrics;

/// <summary>What the .NET runtime tells about itself, beside prometheus-net's own figures of the process.</summary>
internal static class RuntimeFigures
{
    public static void Add(IMetricFactory factory, CollectorRegistry collectors)
    {
        var allocated = factory.CreateCounter("dotnet_gc_allocated_bytes_total", "Octets that the process has allocated");
        var paused = factory.CreateCounter("dotnet_gc_pause_seconds_total", "Time for which collections stopped all threads");
        var committed = factory.CreateGauge("dotnet_gc_committed_bytes", "Octets of memory that the collector holds");
        var threads = factory.CreateGauge("dotnet_threadpool_threads", "Threads of the pool");
        var waiting = factory.CreateGauge("dotnet_threadpool_queue_length", "Work items that wait for a thread of the pool");
        var contentions = factory.CreateCounter("dotnet_lock_contentions_total", "Times that a thread had to wait for a lock");
        collectors.AddBeforeCollectCallback(() =>
        {
            allocated.IncTo(GC.GetTotalAllocatedBytes());
            paused.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
            committed.Set(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
            threads.Set(ThreadPool.ThreadCount);
            waiting.Set(ThreadPool.PendingWorkItemCount);
            contentions.IncTo(Monitor.LockContentionCount);
        });
    }
}
