using Doorbuster.Contracts.Accounts;
using Microsoft.Extensions.Options;

namespace Doorbuster.Notices;

/// <summary>A notice as a letter: plain text, to the address of today.</summary>
internal sealed class MailLetters(IPeople people, IOptions<NoticesOptions> options)
{
    public string Body(Notice notice) => notice.Path is { } path && options.Value.ShopUrl is { } shop
        ? $"{notice.Text}\n\n{shop.TrimEnd('/')}{path}\n"
        : $"{notice.Text}\n";

    /// <summary>Of whom there is an address.</summary>
    public async Task<Dictionary<long, string>> Addresses(IEnumerable<Notice> notices, CancellationToken cancel)
    {
        var found = new Dictionary<long, string>();
        foreach (var person in notices.Select(notice => notice.Person).Distinct())
            if (await people.Find(person, cancel) is { } view)
                found.Add(person, view.Email);
        return found;
    }
}
