using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Orders;
using Microsoft.Extensions.Options;

namespace Doorbuster.Notices;

/// <summary>A notice as a letter: plain text, to the address of today.</summary>
internal sealed class MailLetters(IPeople people, IOrders orders, IOptions<NoticesOptions> options)
{
    public string Body(Notice notice) => notice.Path is { } path && options.Value.ShopUrl is { } shop
        ? $"{notice.Text}\n\n{shop.TrimEnd('/')}{path}\n"
        : $"{notice.Text}\n";

    /// <summary>Of the account, or of the newest order where there is no account.</summary>
    public async Task<Dictionary<long, string>> Addresses(IEnumerable<Notice> notices, CancellationToken cancel)
    {
        var found = new Dictionary<long, string>();
        foreach (var person in notices.Select(notice => notice.Person).Distinct())
            if (((await people.Find(person, cancel))?.Email ?? await orders.FindEmail(person, cancel)) is { } email)
                found.Add(person, email);
        return found;
    }
}
