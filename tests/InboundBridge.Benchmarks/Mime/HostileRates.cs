using System.Diagnostics;
using InboundBridge.Mime;

namespace InboundBridge.Benchmarks.Mime;

/// <summary>
/// The mails that are made to cost more than they weigh, at full size: processor time, what is allocated, and what stays live.
/// </summary>
internal static class HostileRates
{
    public static void Print(TextWriter output)
    {
        foreach (var (name, make) in HostileMail.All)
        {
            var octets = make(1);
            GC.Collect();
            var live = GC.GetTotalMemory(forceFullCollection: true);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var process = Process.GetCurrentProcess();
            var start = process.TotalProcessorTime;
            var mail = MimeMessage.Open(MimeSource.FromMemory(octets));
            Touch(mail);
            process.Refresh();
            var time = (process.TotalProcessorTime - start).TotalMilliseconds;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            live = GC.GetTotalMemory(forceFullCollection: true) - live;
            output.WriteLine($"{name,-46}{time,8:N0} ms {allocated / 1048576.0,8:N1} MB allocated {live / 1048576.0,8:N1} MB live");
            GC.KeepAlive(mail);
        }
    }

    private static void Touch(MimeMessage mail)
    {
        _ = mail.Headers.Count + mail.From.Count + mail.To.Count + mail.References.Count + (mail.Subject?.Length ?? 0)
            + (mail.Date?.Year ?? 0);
        _ = (mail.Text?.Length ?? 0) + (mail.Html?.Length ?? 0) + (mail.ReplyText?.Length ?? 0) + mail.Kind.Count;
        foreach (var attachment in mail.Attachments)
            _ = attachment.Size;
    }
}
