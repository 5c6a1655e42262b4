"""What can be wrong with a document, said so that the reader knows what to do next."""

from __future__ import annotations

import errno

REASONS = {
    "empty_file": "文件为空",
    "not_text": "不是文本文件，或是不认识的格式",
    "unknown_encoding": "无法判定文字编码",
    "too_large": "文件超过大小上限",
    "not_a_form": "不是预算绩效表",
    "two_families": "两个表式同样吻合",
    "unreadable": "文件无法打开",
    "distorted": "页面变形",
    "not_a_file": "不是普通文件",
    "missing_extra": "缺少可选组件",
    "encrypted": "文件有密码",
    "unsupported": "这种文件暂不支持",
    "timed_out": "处理超时",
    "out_of_memory": "内存超限",
    "crashed": "处理进程崩溃",
    "worker_killed": "处理进程被外部终止",
    "internal_error": "程序出错",
}
"""The closed list of reasons in the manifest, each with its Chinese wording."""

_SYSTEM = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "那里只能读",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "那是文件夹，不是文件",
    errno.EEXIST: "已有同名的文件",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "链接绕成一圈",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.EIO: "存储设备读写出错",
    errno.EMFILE: "打开的文件过多",
    errno.ENFILE: "打开的文件过多",
    errno.ENOMEM: "内存不足",
}


def system_said(error: OSError) -> str:
    """Return in Chinese why the system refused; what is rare, as the system says it.

    >>> system_said(PermissionError(13, "Permission denied"))
    '没有权限'
    """
    return _SYSTEM.get(error.errno or 0) or error.strerror or "系统没有说明原因"


_PACKED = (
    ("password", "有密码"),
    ("encrypted", "有密码"),
    ("multiple disks", "是分卷压缩包中的一卷"),
    ("not a zip file", "没有 zip 的目录，像是被截断，或是别的格式"),
    ("truncated", "被截断"),
    ("bad crc", "校验码不符"),
    ("magic number", "目录或文件头不对"),
    ("corrupt extra field", "目录不对"),
    ("overlap", "成员互相重叠"),
    ("differ", "目录与文件头的名称不一致"),
    ("compression", "压缩方法不支持"),
    ("zip file version", "压缩方法不支持"),
    ("unsupported", "压缩方法不支持"),
)
"""Parts of what zipfile says, and the same in Chinese."""


def zip_said(error: Exception) -> str:
    """Return in Chinese what zipfile found wrong.

    >>> zip_said(ValueError("Bad CRC-32 for file 'a.txt'")), zip_said(EOFError())
    ('校验码不符', '被截断')
    """
    if isinstance(error, EOFError):
        return "被截断"
    said = str(error).lower()
    return next((chinese for english, chinese in _PACKED if english in said), "压缩的数据已损坏")


class DocumentError(Exception):
    """A document that cannot be read as a form.

    *reason* is one of `REASONS`; *detail* (Chinese) says what was seen and where; *next_step*
    (Chinese) says what the operator can do.
    """

    def __init__(self, reason: str, detail: str, next_step: str) -> None:
        assert reason in REASONS, reason
        super().__init__(f"{REASONS[reason]}：{detail}")
        self.reason = reason
        self.detail = detail
        self.next_step = next_step

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str, str]]:
        return (DocumentError, (self.reason, self.detail, self.next_step))
