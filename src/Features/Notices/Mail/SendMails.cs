using System.Net.Mail;
using System.Text;
using Doorbuster.Platform;
using Doorbuster.Platform.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.Notices;

/// <summary>
/// Hands waiting mails to the mail server. A crash between that and the note of it sends a mail twice, with the same
/// Message-ID, by which servers tell. A server that is away ends the run; a mail it does not want is tried a few times.
/// </summary>
internal sealed class SendMails(
    NoticeStore store, MailLetters letters, IOptions<NoticesOptions> options, TimeProvider clock,
    ILogger<SendMails> log) : IJob
{
    private const int AtOnce = 50;
    private const int AttemptsMax = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMinutes(1);

    public async Task<string> Run(CancellationToken cancel)
    {
        if (options.Value.Smtp is not { } server)
            return "no mail server is set up";
        using var client = new SmtpClient(server.Host, server.Port) { EnableSsl = server.Tls };
        if (server.User is not null)
            client.Credentials = new System.Net.NetworkCredential(server.User, server.Password);

        var (sent, refused) = (0, 0);
        while (await store.ListDueMails(clock.GetUtcNow(), AtOnce, cancel) is { Count: > 0 } waiting)
        {
            var addresses = await letters.Addresses(waiting, cancel);
            foreach (var notice in waiting)
                if (await Send(client, server, notice, addresses.GetValueOrDefault(notice.Person), cancel))
                    sent++;
                else
                    refused++;
        }
        return $"sent {sent}, not sent {refused}";
    }

    private async Task<bool> Send(
        SmtpClient client, SmtpOptions server, Notice notice, string? address, CancellationToken cancel)
    {
        if (address is null || !MailAddress.TryCreate(address, out var to))
        {
            await store.SettleMail(notice.Id, MailState.NoAddress, null, null, null, cancel);
            return false;
        }
        using var mail = new MailMessage(new MailAddress(server.From), to)
        {
            Subject = notice.Title,
            SubjectEncoding = Encoding.UTF8,
            Body = letters.Body(notice),
            BodyEncoding = Encoding.UTF8,
        };
        var domain = server.From[(server.From.LastIndexOf('@') + 1)..];
        mail.Headers.Add("Message-ID", $"<{PublicId.Format(Notice.IdPrefix, notice.Id)}@{domain}>");
        try
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            time.CancelAfter(Patience);
            await client.SendMailAsync(mail, time.Token);
        }
        catch (SmtpException error) when (IsAboutTheMail(error))
        {
            await Refused(notice, error, cancel);
            return false;
        }
        await store.SettleMail(notice.Id, MailState.Sent, clock.GetUtcNow(), null, null, cancel);
        return true;
    }

    private async Task Refused(Notice notice, SmtpException error, CancellationToken cancel)
    {
        var isLast = notice.Attempts + 1 >= AttemptsMax;
        var due = clock.GetUtcNow() + BackoffMin * Math.Pow(2, notice.Attempts);
        await store.SettleMail(
            notice.Id, isLast ? MailState.GivenUp : MailState.Waiting, null, isLast ? null : due, error.Message, cancel);
        log.MailRefused(PublicId.Format(Notice.IdPrefix, notice.Id), notice.Attempts + 1, AttemptsMax, error.Message);
    }

    // All else is about the server: it is away, busy, or does not know us.
    private static bool IsAboutTheMail(SmtpException error) => error is SmtpFailedRecipientException
        || error.StatusCode is SmtpStatusCode.MailboxBusy or SmtpStatusCode.MailboxUnavailable
            or SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.ExceededStorageAllocation
            or SmtpStatusCode.TransactionFailed or SmtpStatusCode.UserNotLocalTryAlternatePath;
}
