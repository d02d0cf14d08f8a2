namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>Both readers on the same ordinary mails, in turn, so that whatever else the machine does meets both.</summary>
internal static class OrdinaryReading
{
    /// <summary>Processor time of one reader in one round.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(300);

    /// <summary>Slices of each reader on all mails before the first one counts: the compiler compiles anew what is called often.</summary>
    private const int WarmUpSlices = 10;

    public static void WarmUp(IReadOnlyList<byte[]> mails, IReadOnlyList<IMailReader> readers)
    {
        for (var slice = 0; slice < WarmUpSlices; slice++)
        {
            foreach (var reader in readers)
                Measure(reader, mails);
        }
    }

    public static ReaderRow Measure(string name, IReadOnlyList<byte[]> mails, IReadOnlyList<IMailReader> readers, int rounds)
    {
        var costs = readers.Select(_ => new List<ReaderCost>()).ToList();
        // A round before the first, so that the garbage of other mails is gone.
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (reader, measured) in readers.Zip(costs))
            {
                var cost = Measure(reader, mails);
                if (round >= 0)
                    measured.Add(cost);
            }
        }

        return new ReaderRow(name, [.. costs.Select(measured => new ReaderFigures(measured, null))], Agreement(mails, readers));
    }

    /// <summary>How many of the answers' fields are the same.</summary>
    private static string Agreement(IReadOnlyList<byte[]> mails, IReadOnlyList<IMailReader> readers)
    {
        var (same, all) = (0, 0);
        foreach (var mail in mails)
        {
            var answers = readers[0].Read(mail).Fields();
            all += answers.Count;
            same += answers.Zip(readers[1].Read(mail).Fields()).Count(pair => pair.First == pair.Second);
        }

        return $"{same} of {all}";
    }

    private static ReaderCost Measure(IMailReader reader, IReadOnlyList<byte[]> mails)
    {
        GC.Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        var count = 0;
        TimeSpan took;
        do
        {
            foreach (var mail in mails)
                reader.Read(mail);
            count += mails.Count;
            took = Environment.CpuUsage.TotalTime - start;
        }
        while (took < Slice);
        return new ReaderCost(took / count, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / count);
    }
}
