namespace InboundBridge.Mime.Replies;

/// <summary>The words of the lines that telephones and mail programs add to a text, without punctuation at their ends.</summary>
internal static class DeviceWords
{
    /// <summary>Beginnings that only devices and programs write.</summary>
    public static readonly string[] Whole =
    [
        "Sent from Mail for ", "Sent from Outlook", "Sent from Yahoo", "Sent from AOL", "Sent with Proton",
        "Sent from Proton", "Sent from the all new AOL", "Sent from Gmail", "Sent with Spark",
        "Get Outlook for ", "Download Outlook", "Diese Nachricht wurde von meinem", "Diese E-Mail wurde von meinem",
        "Holen Sie sich Outlook", "Outlook für iOS ", "Outlook für Android ", "Télécharger Outlook", "Téléchargez Outlook",
        "Obtenez Outlook", "Obtener Outlook", "Descargar Outlook", "Scarica Outlook", "Ottieni Outlook", "Obter o Outlook",
        "Obtenha o Outlook", "Baixar o Outlook", "Outlook voor iOS ", "Outlook voor Android ",
        "Pobierz program Outlook", "Pobierz aplikację Outlook", "Получить Outlook", "Скачать Outlook", "Загрузить Outlook",
        "Outlook for iOS'u edinin", "Outlook for Android'i edinin", "iOS için Outlook", "Android için Outlook",
        "获取 Outlook", "获取 iOS 版 Outlook", "获取 Android 版 Outlook", "获取适用于", "取得 Outlook", "取得 iOS 版 Outlook", "取得 Android 版 Outlook",
        "下載 Outlook", "Outlook for iOS を入手", "iOS 版 Outlook を入手",
        "Android 版 Outlook を入手", "Outlook for Android を入手", "Outlook を入手", "Hent Outlook ", "Skaffa Outlook ", "Hämta Outlook ",
        "Last ned Outlook ", "Få Outlook ", "Hanki Outlook ", "Lataa Outlook ", "Získat Outlook ", "Získať Outlook ",
        "Stáhnout Outlook ", "Az iOS Outlook", "Az Android Outlook", "Az Outlook for iOS", "Az Outlook letöltése", "Obțineți Outlook ",
        "Descărcați Outlook ", "Preuzmi Outlook ", "Preuzmite Outlook ", "Nabavite Outlook ", "Prenesite Outlook ",
        "Dobijte Outlook ", "Изтегляне на Outlook ", "Вземете Outlook ", "Отримати Outlook ", "Завантажити Outlook ", "Λήψη του Outlook ",
        "Αποκτήστε το Outlook ", "הורד את Outlook ", "קבל את Outlook ", "השג את Outlook ", "احصل على Outlook ",
        "الحصول على Outlook ", "تنزيل Outlook ", "iOS용 Outlook", "Android용 Outlook", "Outlook for iOS 다운로드", "Tải Outlook ",
        "Lấy Outlook ", "Dapatkan Outlook ", "Obteniu l'Outlook ", "Hangi Outlook ", "Iegūt Outlook ", "Gauti „Outlook",
        "Sent from Mailbox", "Sent from Mailspring", "Sent from Nine", "Sent from Blue", "Sent from BlackBerry", "Sent from Samsung",
        "Sent from Windows Mail", "Sent from TypeApp", "Yahoo Mail: Search, Organize", "Get BlueMail for ", "Get TypeApp for ",
        "Sent from MailDroid", "Sent from ProtonMail", "Sent from Tutanota",
    ];

    /// <summary>Beginnings that people write as well: the line must also name a device or a program.</summary>
    public static readonly string[] First =
    [
        "Sent from ", "Sent via ", "Sent with ", "Sent using ", "Sent by ", "Sent on ", "Posted from ", "Von meinem ", "Von meiner ",
        "Vom ", "Gesendet von ", "Gesendet vom ", "Gesendet mit ", "Gesendet über ", "Gesendet aus ", "Geschickt von ",
        "Verschickt mit ", "Versendet mit ", "Envoyé de ", "Envoyé depuis ", "Envoyé à partir ", "Envoyé avec ", "Envoyé par ",
        "Envoyé via ", "Provenance : ", "Provenance: ","Enviado desde ", "Enviado con ", "Enviado por ", "Enviado via ", "Enviado vía ",
        "Enviado do ", "Enviado de ", "Enviado a partir ", "Enviado com ", "Enviado pelo ", "Enviat des ", "Enviat amb ", "Inviato da ",
        "Inviato dal ", "Inviato con ", "Inviato tramite ", "Verstuurd vanaf ", "Verzonden vanaf ", "Verzonden met ",
        "Verzonden via ", "Verstuurd met ", "Verstuurd via ", "Verzonden vanuit ", "Gestuur vanaf ", "Sendt fra ", "Sendt med ",
        "Sendt via ", "Skickat från ", "Skickades från ", "Skickat med ", "Skickat via ", "Hälsningar från min ",
        "Lähetetty ", "Wysłane z ", "Wysłano z ", "Wysłane za pomocą ", "Wysłane przez ", "Wiadomość wysłana z ", "Odesláno z ",
        "Odesláno ze ", "Odesláno pomocí ", "Odoslané z ", "Odoslané zo ", "Odoslané pomocou ", "Elküldve ", "Küldve ", "Trimis de pe ",
        "Trimis din ", "Trimis prin ", "Trimis cu ", "Poslano s ", "Poslano sa ", "Poslano iz ", "Poslano z ", "Poslato sa ", "Poslato s ",
        "Послато са ", "Изпратено от ", "Изпратено с ", "Отправлено с ", "Отправлено из ", "Отправлено через ", "Отправлено от ",
        "Надіслано з ", "Надіслано із ", "Відправлено з ", "Надіслано через ", "Адпраўлена з ", "Στάλθηκε από ", "Εστάλη από ",
        "Στάλθηκε μέσω ", "נשלח מה", "נשלח מ", "נשלח באמצעות", "أُرسلت من ", "أرسلت من ", "مرسل من ", "تم الإرسال من ",
        "تم إرساله من ", "ارسال شده از ", "发自", "發自", "從我的", "从我的", "通过", "來自我的", "来自我的", "나의 ", "내 ", "Đã gửi từ ", "Được gửi từ ",
        "Gửi từ ", "Dikirim dari ", "Terkirim dari ", "Dihantar daripada ", "Saadetud minu ", "Saadetud ",
        "Nosūtīts no ", "Išsiųsta iš ", "Išsiųsta naudojant ", "ส่งจาก ", "ส่งจาก", "Sent úr ", "Bidalia nire ", "Poslal ", "Poslané z ",
    ];

    /// <summary>Endings: in these languages the verb follows the device.</summary>
    public static readonly string[] Last =
    [
        "gesendet", "geschickt", "verschickt", "versendet", "gönderildi", "gönderilmiştir", "gönderdi", "göndərildi", "から送信", "から送信しました",
        "から送信されました", "で送信", "より送信", "에서 보냄", "에서 보낸 메일", "에서 발송",
        "에서 전송", "로 보냄", "küldve", "elküldve", "küldtem", "lähetetty", "发送", "發送", "傳送", "发出", "से भेजा गया", "bidalia",
    ];

    /// <summary>Makers, operating systems and programs, as these lines name them.</summary>
    public static readonly string[] Devices =
    [
        "iPhon", "iPad", "iPod", "iOS", "Android", "Samsung", "Galaxy", "Huawei", "Xiaomi", "Redmi", "Oppo", "Vivo", "Realme", "OnePlus",
        "Nokia", "BlackBerry", "HTC", "Sony", "Xperia", "Motorola", "Pixel", "Honor", "Fairphone", "Windows", "Mac",
        "mobile", "mobil", "smartphone", "telefon", "téléphone", "teléfono", "telefono", "telemóvel", "phone", "Handy", "tablet",
        "Outlook", "Hotmail", "Yahoo", "Gmail", "Google", "GMX", "WEB.DE", "1&1", "Proton", "Tuta", "Posteo", "T-Online", "freenet",
        "K-9", "FairEmail", "Spark", "AirMail", "BlueMail", "Aqua Mail", "AquaMail", "Edison", "Mailbird", "Thunderbird", "eM Client",
        "Roundcube", "Zoho", "Yandex", "Яндекс", "Mail.ru", "Почт", "Courrier", "Correo", "Posta per", "Posta for",
        "Mail for", "Mail für", "Mail pour", "Mail voor", "E-post", "Poczta", "Pošta", "Поща", "Пошта", "мобильн", "мобільн", "телефон",
        "смартфон", "планшет", "κινητό", "סמארטפון", "נייד", "אייפון", "الآيفون", "آيفون", "جوال", "手机", "手機", "邮箱", "邮件大师",
        "邮件", "スマートフォン", "ケータイ", "携帯", "휴대폰", "아이폰", "스마트폰", "điện thoại", "puhelimesta", "Libero Mail", "Orange", "SFR", "Free Mail",
        "Laposte", "Superhuman", "Front", "Missive", "Canary", "Newton", "myMail", "Vodafone", "Telekom", "Verizon",
        "T-Mobile", "AT&T", "o2", "Seznam", "Onet", "WP Poczt", "Interia", "Naver", "Daum", "QQ", "163", "126", "iCloud", "AOL", "my mac",
        "webmail", "web mail", "Webmailer", "Kindle", "ThinkPad", "device", "computer", "laptop", "Lumia", "ZTE", "Lenovo",
        "Chromebook", "U.S. Cellular", "TELUS", "Apple Watch", "Wireless 4G", "4G LTE", "5G LTE",
    ];
}
